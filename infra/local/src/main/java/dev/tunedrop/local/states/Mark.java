package dev.tunedrop.local.states;

import com.fasterxml.jackson.databind.JsonNode;

/// A decision in the journal: of what kind, at which path, and what was decided. A path has at most one of a kind.
record Mark(Kind kind, String path, JsonNode value) {

    enum Kind {
        /// A state was entered.
        ENTERED,
        /// A state was left: `output`, `assign`, `next`; or `error` and `cause`.
        LEFT,
        /// Until when a state waits: `at`.
        WAKE,
        /// An attempt failed and will be made again: `at`, `counts` per retrier.
        RETRY,
        /// An attempt began: `at`, `token`, and for a Map its `items`.
        ATTEMPT,
        /// The other side took the work: its answer.
        SUBMITTED,
        /// Somebody answered a task token: `output`, or `error` and `cause`.
        ANSWER,
        /// The work succeeded: `result`.
        RESULT,
        /// The execution ended: `status`, and `output` or `error` and `cause`.
        END
    }

    /// Whether nothing may happen before this is on the disk. That a state was entered or left follows, once more the
    /// same, from what was decided before it; it reaches the disk with the next decision on which anything outside
    /// depends.
    boolean forced() {
        return switch (kind) {
            case ENTERED, LEFT -> false;
            case WAKE, RETRY, ATTEMPT, SUBMITTED, ANSWER, RESULT, END -> true;
        };
    }

    String key() {
        return kind + " " + path;
    }
}
