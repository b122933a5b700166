package dev.tunedrop.endpoint.generate;

/// Sees what adapters are asked.
public interface PromptWatch extends AutoCloseable {

    /// Sees nothing.
    PromptWatch NONE = new PromptWatch() {
        @Override
        public void seen(String adapter, int[] prompt) {}

        @Override
        public void close() {}
    };

    /// A request was taken. Called by many threads; the tokens are not to be kept.
    void seen(String adapter, int[] prompt);

    @Override
    void close();
}
