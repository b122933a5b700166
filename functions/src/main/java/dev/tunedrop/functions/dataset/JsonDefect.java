package dev.tunedrop.functions.dataset;

/// Why some bytes are not JSON as we accept it.
final class JsonDefect extends Exception {
    private static final long serialVersionUID = 1L;

    private final String rule;
    private final int at;
    private final String remedy;

    JsonDefect(String rule, int at, String message, String remedy) {
        super(message);
        this.rule = rule;
        this.at = at;
        this.remedy = remedy;
    }

    String rule() {
        return rule;
    }

    /// Byte offset in the line.
    int at() {
        return at;
    }

    String remedy() {
        return remedy;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
