package dev.tunedrop.endpoint.generate;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// A base and its adapters in service: the one door between HTTP and the model.
public final class Serving implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final String base;
    private final LanguageModel model;
    private final Words words;
    private final AdapterTable adapters = new AdapterTable();
    private final FairTurns turns;

    /// Takes over the model: closing this closes it.
    public Serving(String base, LanguageModel model, Words words, int active, int waiting) {
        this.base = base;
        this.model = model;
        this.words = words;
        turns = new FairTurns(active, waiting);
    }

    /// The name under which the base itself answers.
    public String base() {
        return base;
    }

    public List<ServedAdapter> adapters() {
        return adapters.list();
    }

    /// What [#load] did.
    public enum Loaded {
        ADDED,
        /// The same directory is served under that name already.
        ALREADY_THERE,
        /// Something else is served under that name.
        NAME_TAKEN
    }

    /// Reads an adapter and serves it under a name.
    ///
    /// @throws UnusableAdapter where the name or the adapter cannot be served
    public Loaded load(String name, Path directory) {
        if (!NAME.matcher(name).matches())
            throw new UnusableAdapter(
                    "an adapter's name must be 1 to 128 letters, digits, dots, hyphens and underscores");
        Path source = directory.toAbsolutePath().normalize();
        if (name.equals(base)) return Loaded.NAME_TAKEN;
        ServedAdapter there = adapters.find(name);
        if (there != null) return there.src().equals(source.toString()) ? Loaded.ALREADY_THERE : Loaded.NAME_TAKEN;
        LanguageModel.Adapter adapter = model.loadAdapter(source);
        if (adapters.add(name, source, adapter)) return Loaded.ADDED;
        adapter.close();
        return load(name, directory);
    }

    /// Stops serving an adapter; requests that use it finish. Answers whether there was one.
    public boolean unload(String name) {
        return adapters.remove(name);
    }

    /// Starts an answer.
    ///
    /// @param served the base's name or an adapter's; absent: the base
    /// @throws UnknownModel where nothing has that name
    /// @throws UnusableRequest where the base cannot take the conversation
    /// @throws Busy where too many wait already
    public Generation begin(@Nullable String served, List<Message> messages, Sampling sampling) {
        AdapterTable.Lease lease = null;
        if (served != null && !served.equals(base)) {
            lease = adapters.lease(served);
            if (lease == null) throw new UnknownModel("no model is served under the name in the request");
        }
        boolean begun = false;
        try {
            int[] prompt = words.promptIds(messages);
            if (prompt.length >= model.contextTokens())
                throw new UnusableRequest(
                        UnusableRequest.Reason.CONTEXT_LENGTH,
                        "the conversation has %d tokens and the model's context holds %d, answer included; shorten it"
                                .formatted(prompt.length, model.contextTokens()));
            Generation generation = new Generation(model, words, lease, turns, prompt, sampling);
            turns.submit(generation);
            begun = true;
            return generation;
        } finally {
            if (!begun && lease != null) lease.close();
        }
    }

    @Override
    public void close() {
        turns.close();
        adapters.removeAll();
        model.close();
    }
}
