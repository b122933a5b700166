package dev.tunedrop.endpoint.generate;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// A base in memory that reads a text and tells its label. One thread calls it at a time, but for [#loadAdapter] and
/// the closing of adapters, which any thread may do meanwhile.
public interface TextClassifier extends AutoCloseable {

    /// Reads an adapter in PEFT layout with its labels beside it.
    ///
    /// @throws UnusableAdapter where it does not fit this base, in one sentence
    LanguageModel.Adapter loadAdapter(Path directory);

    /// @param adapter absent: the base's own labels
    /// @throws UnusableRequest where the text cannot be read, or the base has no labels of its own
    LabelScores classify(LanguageModel.@Nullable Adapter adapter, String text);

    @Override
    void close();
}
