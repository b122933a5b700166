package dev.tunedrop.text.bpe;

/// Cuts text into the words that no merge crosses.
sealed interface WordScanner permits PatternScanner, SafeCuts, Metaspace.Words {

    /// The end of the word that begins at `from`, at least one character further on.
    ///
    /// @param text well-formed UTF-8
    /// @param limit the end of the text, which is also a word's end
    int end(byte[] text, int from, int limit);
}
