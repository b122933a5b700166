package dev.tunedrop.text;

import java.util.List;

/// A rendered chat and which of its characters came from which message.
///
/// @param text what the template made
/// @param contents where messages' contents stand in it, in order, never overlapping
record RenderedChat(String text, List<Content> contents) {

    RenderedChat {
        contents = List.copyOf(contents);
    }

    /// Characters `start` to `end` are the content of message `message`.
    ///
    /// @param byTemplate whether the template wrote it, as it does calls of tools: control tokens in it are such
    record Content(int message, int start, int end, boolean byTemplate) {}
}
