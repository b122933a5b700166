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

    String key() {
        return kind + " " + path;
    }
}
