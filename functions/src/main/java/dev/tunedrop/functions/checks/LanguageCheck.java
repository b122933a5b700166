package dev.tunedrop.functions.checks;

import java.util.Map;

import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// Rows in another language than nearly all the rest: often a scraping accident.
///
/// A row counts where its language is clear ([Languages]). When at least nine tenths of those rows are in one language,
/// rows in one that fewer than one in fifty uses are told. A dataset of several languages has no outliers.
final class LanguageCheck implements RowCheck {

    static final int FEWEST_ROWS = 50;

    private static final double MAIN_SHARE = 0.9;
    private static final double OUTLIER_SHARE = 0.02;
    private static final String KEY = "language/";

    private final Languages languages = Languages.load();

    @Override
    public void see(long line, Row row, Tallies tallies) {
        StringBuilder talk = new StringBuilder();
        for (Said said : Said.talk(row).toList()) {
            if (talk.length() >= Languages.ENOUGH_CHARACTERS) break;
            talk.append(said.text(), 0, Math.min(said.text().length(), Languages.ENOUGH_CHARACTERS))
                    .append('\n');
        }
        String language = languages.of(talk);
        if (language != null) tallies.add(KEY + language, line);
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
