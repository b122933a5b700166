package dev.tunedrop.endpoint.generate;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// A base model in memory: token ids in, logits out. One thread calls it at a time, but for [#loadAdapter] and the
/// closing of adapters, which any thread may do meanwhile.
public interface LanguageModel extends AutoCloseable {

    /// Prompt and answer together have at most so many tokens.
    int contextTokens();

    /// Reads an adapter in PEFT layout.
    ///
    /// @throws UnusableAdapter where it does not fit this base, in one sentence
    Adapter loadAdapter(Path directory);

    /// Opens an empty context. `capacity` is the most tokens it will hold.
    Decoding open(@Nullable Adapter adapter, int capacity);

    @Override
    void close();

    /// Weights that change what the base answers.
    interface Adapter extends AutoCloseable {
        int rank();

        double alpha();

        List<String> targets();

        @Override
        void close();
    }

    /// One context that grows: its keys and values stay in memory until it closes.
    interface Decoding extends AutoCloseable {

        /// Appends tokens and returns the logits (V) after the last of them. The array is good until the next call.
        float[] extend(int[] tokens);

        @Override
        void close();
    }
}
