package dev.tunedrop.events;

/// Something only the user can put right. The message is one line: what is wrong, then what to do. The command line
/// prints it without a stack trace and ends with exit code 2.
public final class UserMistake extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserMistake(String message) {
        super(message);
    }

    public UserMistake(String message, Throwable cause) {
        super(message, cause);
    }
}
