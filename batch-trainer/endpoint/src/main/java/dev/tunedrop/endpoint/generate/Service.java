package dev.tunedrop.endpoint.generate;

import java.nio.file.Path;
import java.util.List;

/// A base and its adapters in service: the one door between HTTP and the model.
public sealed interface Service extends AutoCloseable permits Serving, Classifying {

    /// What [#load] did.
    enum Loaded {
        ADDED,
        /// The same directory is served under that name already.
        ALREADY_THERE,
        /// Something else is served under that name.
        NAME_TAKEN
    }

    /// The name under which the base itself answers.
    String base();

    List<ServedAdapter> adapters();

    /// Reads an adapter and serves it under a name.
    ///
    /// @throws UnusableAdapter where the name or the adapter cannot be served
    Loaded load(String name, Path directory);

    /// Stops serving an adapter; requests that use it finish. Answers whether there was one.
    boolean unload(String name);

    @Override
    void close();
}
