package dev.tunedrop.functions.targets;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.TargetVerdict.Effect;

/// One rule of one or several targets.
///
/// @param id stable, in kebab case
/// @param targets whose rule it is
/// @param effect what follows when it does not hold
/// @param limit the number, for kinds that have one
/// @param key the tally or finding, for kinds that name one
/// @param words what must not stand in a row's text, for [Kind#WORDS]
/// @param message what is so when it does not hold; `%1$,d` is what was seen, `%2$,d` the limit
/// @param remedy what to do, or what the conversion does
/// @param source where it is published; absent where it follows from the format itself
/// @param evidence how sure the source is; absent where it needs none
/// @param asOf the day on which the source said so
public record Rule(
        String id,
        List<String> targets,
        Kind kind,
        Effect effect,
        @Nullable Long limit,
        @Nullable String key,
        @Nullable List<String> words,
        String message,
        String remedy,
        @Nullable String source,
        @Nullable Evidence evidence,
        @Nullable LocalDate asOf) {

    /// What a rule looks at.
    public enum Kind {
        /// Too few rows.
        ROWS_MIN,
        /// Too many rows.
        ROWS_MAX,
        /// The file is too large.
        BYTES_MAX,
        /// A row has more tokens, by [TokenEstimate].
        ROW_TOKENS_MAX,
        /// The run asks for more epochs.
        EPOCHS_MAX,
        /// A row's text has one of the words.
        WORDS,
        /// Some row was tallied under the key, or under a key that begins with it and a slash.
        SEEN,
        /// A finding of the rule named by the key was made.
        FINDING,
        /// Nothing: it is always so.
        ALWAYS
    }

    /// Where a fact comes from, the surest first.
    public enum Evidence {
        PRIMARY,
        DOCUMENTED,
        SECONDARY,
        /// No source that says so was found; such a rule never decides, and the verdict says what it is.
        UNVERIFIED
    }

    public Rule {
        targets = List.copyOf(targets);
        words = words == null ? null : List.copyOf(words);
        boolean whole = switch (kind) {
            case ROWS_MIN, ROWS_MAX, BYTES_MAX, ROW_TOKENS_MAX, EPOCHS_MAX -> limit != null;
            case WORDS -> words != null && !words.isEmpty();
            case SEEN, FINDING -> key != null;
            case ALWAYS -> true;
        };
        if (!whole) throw new IllegalArgumentException("the rule " + id + " lacks what its kind " + kind + " needs");
        if (evidence == Evidence.UNVERIFIED && effect != Effect.RISK)
            throw new IllegalArgumentException("the rule " + id + " is not verified and cannot decide anything");
        if (source != null && asOf == null) throw new IllegalArgumentException("the rule " + id + " has no date");
    }

    long limitOrZero() {
        return limit == null ? 0 : limit;
    }

    String keyed() {
        return Objects.requireNonNull(key, "key");
    }
}
