package dev.tunedrop.functions.prepare;

import java.nio.file.Path;

import dev.tunedrop.events.artefact.TokenRow;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.PromptTally;

/// What a model is asked in a shard: before each stretch of tokens that carries loss, all tokens up to it, as an
/// endpoint gets them. Rows without a prompt, and texts with labels, ask nothing.
final class Prompts {

    private Prompts() {}

    /// @param sequences rows of one example; those after the first have the same prompt
    static PromptProfile of(Path shard, int sequences) {
        PromptTally tally = new PromptTally();
        try (TokenShardReader rows = TokenShardReader.open(shard)) {
            if (!rows.labels().isEmpty()) return PromptProfile.NONE;
            for (long row = 0; row < rows.rows(); row += sequences) add(tally, rows.row(row));
        }
        return tally.profile();
    }

    /// A lone first token is the tokenizer's mark of a beginning and no prompt.
    private static void add(PromptTally tally, TokenRow row) {
        boolean[] trained = row.trained();
        for (int t = 2; t < trained.length; t++) if (trained[t] && !trained[t - 1]) tally.add(row.ids(), t);
    }
}
