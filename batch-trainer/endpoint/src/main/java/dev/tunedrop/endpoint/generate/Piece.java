package dev.tunedrop.endpoint.generate;

/// What a generation hands out, in order: texts, then one end or one failure.
public sealed interface Piece {

    /// A part of the answer: whole characters.
    record Text(String text) implements Piece {}

    /// The answer is complete.
    record End(Finish finish, Usage usage) implements Piece {}

    /// There is no more, because of this.
    record Failed(Throwable cause) implements Piece {}

    /// Why an answer ended.
    enum Finish {
        /// The model ended it, or a stop text did.
        STOP,
        /// It reached its most tokens, or the end of the context.
        LENGTH
    }

    /// Tokens read and tokens drawn (the token that ended the answer included).
    record Usage(int promptTokens, int answerTokens) {}
}
