package dev.tunedrop.functions.prepare;

import java.util.Locale;
import java.util.Optional;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.functions.dataset.DatasetFormat;

/// What a format's rows teach, and whether that is what the settings ask for.
public final class Objectives {

    private Objectives() {}

    /// What a file teaches whose report names this format; chats, where it names none.
    public static Objective of(String format) {
        return DatasetFormat.of(format).map(Objectives::of).orElse(Objective.SFT);
    }

    static Objective of(DatasetFormat format) {
        return switch (format) {
            case OPENAI_PREFERENCE, PREFERENCE, BEDROCK_PREFERENCE, VERTEX_PREFERENCE -> Objective.DPO;
            case TEXT_LABEL -> Objective.CLASSIFICATION;
            case OPENAI_CHAT, PROMPT_COMPLETION, ALPACA, SHAREGPT, BEDROCK_CONVERSATION, VERTEX_CONTENTS, TEXT ->
                Objective.SFT;
        };
    }

    /// Token sequences that one row becomes: of a pair two, the better first.
    ///
    /// @param format an id, or what stands for a file without a good row
    public static int sequences(String format) {
        return of(format) == Objective.DPO ? 2 : 1;
    }

    /// An error where settings and rows do not go together.
    static Optional<Finding> mismatch(Objective asked, DatasetFormat format) {
        Objective taught = of(format);
        if (asked == Objective.AUTO || asked == taught) return Optional.empty();
        return Optional.of(new Finding(
                "objective-mismatch",
                Finding.Severity.ERROR,
                0,
                0,
                null,
                "the objective is %s, and rows of %s are for %s".formatted(word(asked), format.id(), word(taught)),
                "Set objective to auto, or drop rows of another format."));
    }

    private static String word(Objective objective) {
        return objective.name().toLowerCase(Locale.ROOT);
    }
}
