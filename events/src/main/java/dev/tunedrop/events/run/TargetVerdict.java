package dev.tunedrop.events.run;

import java.time.LocalDate;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What one place where models are tuned would say of a dataset.
///
/// @param target its name, such as `bedrock-nova`
/// @param title its name for people
/// @param reasons what refuses, then what a conversion changes, then what may go wrong there
public record TargetVerdict(String target, String title, Answer answer, List<Reason> reasons) {

    public enum Answer {
        /// The dropped file can go there as it is.
        ACCEPT,
        /// A file that can go there is made from it; the reasons say what changes.
        CONVERT,
        /// Nothing that means the same can go there; the reasons say why.
        REFUSE
    }

    /// What follows from a rule that does not hold.
    public enum Effect {
        REFUSE,
        CONVERT,
        RISK
    }

    /// One rule that does not hold.
    ///
    /// @param rule a stable id in kebab case
    /// @param message one sentence: what is so
    /// @param remedy one sentence: what to do, or what the conversion does
    /// @param rows how many rows it concerns; 0 for the file as a whole
    /// @param lines the first of them
    /// @param source where the rule is published; absent where it follows from the format itself
    /// @param asOf the day on which the source said so
    public record Reason(
            String rule,
            Effect effect,
            String message,
            String remedy,
            long rows,
            List<Long> lines,
            @Nullable String source,
            @Nullable LocalDate asOf) {

        public Reason {
            lines = List.copyOf(lines);
        }
    }

    public TargetVerdict {
        reasons = List.copyOf(reasons);
    }
}
