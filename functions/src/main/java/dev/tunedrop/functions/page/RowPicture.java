package dev.tunedrop.functions.page;

import java.util.List;

/// A row as the model reads it, with what carries loss: for its owner's eyes. It holds training text, so it goes
/// into no log and no document of a run.
///
/// @param tokens of the whole row, of which the spans may show the beginning
public record RowPicture(long line, int tokens, List<Span> spans) {

    /// A stretch of tokens that all carry loss or all carry none.
    public record Span(String text, int tokens, boolean trained) {
        @Override
        public String toString() {
            return "Span[" + tokens + " tokens, withheld: it holds training text]";
        }
    }

    public RowPicture {
        spans = List.copyOf(spans);
    }
}
