package dev.tunedrop.functions.provider;

/// Whether this installation can order from a service.
public sealed interface ServiceSetUp {

    String id();

    record Ready(Provider provider) implements ServiceSetUp {
        @Override
        public String id() {
            return provider.id();
        }
    }

    /// @param what a clause that says what is missing and where it is set
    record Lacking(String id, String what) implements ServiceSetUp {}
}
