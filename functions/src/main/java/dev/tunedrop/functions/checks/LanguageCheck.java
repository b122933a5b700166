package dev.tunedrop.functions.checks;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.dataset.Findings;

/// Rows in another language than nearly all the rest: often a scraping accident.
///
/// A row counts where its language is clear ([Languages]). When at least nine tenths of those rows are in one language,
/// rows in one that fewer than one in fifty uses are told. A dataset of several languages has no outliers.
final class LanguageCheck implements RowCheck {

    static final int FEWEST_ROWS = 50;

    private static final double MAIN_SHARE = 0.9;
    private static final double OUTLIER_SHARE = 0.02;
    private static final String KEY = "language/";

    private final Languages languages;

    /// Each thing that is said may fill the buffer anew.
    private final char[] talk = new char[2 * (Languages.ENOUGH_CHARACTERS + 1)];

    LanguageCheck() {
        this(Languages.load());
    }

    LanguageCheck(Languages languages) {
        this.languages = languages;
    }

    @Override
    public void see(SeenRow row, Tallies tallies) {
        String language = row.talk().known() ? languages.of(row.talk()) : anyScript(row);
        if (language != null) tallies.add(KEY, language, row.line());
    }

    private @Nullable String anyScript(SeenRow row) {
        int length = 0;
        for (int i = 0; i < row.said().size() && length < Languages.ENOUGH_CHARACTERS; i++) {
            if (row.instruction(i)) continue;
            String text = row.said().get(i).text();
            int taken = Math.min(text.length(), Languages.ENOUGH_CHARACTERS);
            text.getChars(0, taken, talk, length);
            length += taken;
            talk[length++] = '\n';
        }
        return languages.of(talk, length);
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {
        Map<String, Tally> seen = tallies.under(KEY);
        long clear = seen.values().stream().mapToLong(Tally::rows).sum();
        if (clear < FEWEST_ROWS) return;
        for (Map.Entry<String, Tally> main : seen.entrySet()) {
            if (main.getValue().rows() < MAIN_SHARE * clear) continue;
            seen.forEach((language, tally) -> {
                if (tally.rows() < OUTLIER_SHARE * clear)
                    Tallies.warn(
                            findings,
                            tally,
                            "language-outlier",
                            "the row looks %s, nearly all others look %s".formatted(language, main.getKey()),
                            "Check that it belongs here.");
            });
        }
    }
}
