package dev.tunedrop.text;

/// A chat, a template or a tokenizer that cannot be used. The message is one sentence that says what is wrong and what
/// to do; it never holds training text.
public final class TextException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TextException(String message) {
        super(message);
    }

    public TextException(String message, Throwable cause) {
        super(message, cause);
    }
}
