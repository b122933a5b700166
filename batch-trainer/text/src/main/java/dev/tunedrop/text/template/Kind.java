package dev.tunedrop.text.template;

/// What a value of a template can hang on, once roles, and which contents are empty, are settled.
enum Kind {
    /// A name that nothing was given to.
    UNDEFINED,
    /// `none`, or the empty text.
    NOTHING,
    /// Never true.
    NEVER,
    /// One of the roles that are followed.
    ROLE,
    /// A text in which no content is.
    TEXT,
    /// Anything in which no content is.
    PLAIN,
    /// Contents, whole or with the white space at their ends removed, and texts put before and after them.
    CONTENT,
    /// One message.
    MESSAGE,
    /// Messages.
    MESSAGES;

    /// Whether no content can be reached from it.
    boolean free() {
        return this != CONTENT && this != MESSAGE && this != MESSAGES;
    }

    /// Whether a text put before or after it makes a text.
    boolean text() {
        return this == UNDEFINED || this == NOTHING || this == ROLE || this == TEXT || this == CONTENT;
    }

    /// What a value is that may be this or that.
    Kind or(Kind other) throws Unfollowed {
        if (this == other || other == UNDEFINED) return this;
        if (this == UNDEFINED) return other;
        if (other == NOTHING) return this == NEVER ? PLAIN : this;
        if (this == NOTHING) return other.or(this);
        if (text() && other.text()) return free() && other.free() ? TEXT : CONTENT;
        if (free() && other.free()) return PLAIN;
        throw new Unfollowed();
    }

    /// The template does something with contents that is not followed.
    static final class Unfollowed extends Exception {
        private static final long serialVersionUID = 1L;

        Unfollowed() {
            super("a template does something with contents that is not followed");
        }
    }
}
