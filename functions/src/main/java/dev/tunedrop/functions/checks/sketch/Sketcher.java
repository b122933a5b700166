package dev.tunedrop.functions.checks.sketch;

import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.RowKeys;
import dev.tunedrop.functions.dataset.Sum128;

/// Makes sketches of rows. Belongs to one thread.
public final class Sketcher {

    /// Labels and stock phrases are shorter.
    static final int LONG_ANSWER = 40;

    private final RowKeys keys = new RowKeys();
    private final Sum128 answers = new Sum128();
    private final MinHash minHash = new MinHash();

    /// @param utf8 asked for the texts of the row as [RowKeys] asks for them, at last for its answer
    /// @param words of all that is said in the row, instructions left out: they are often the same in every row
    /// @param count how many of them are compared
    public RowSketch of(long line, Row row, RowKeys.Utf8 utf8, Words words, int count) {
        boolean compared = count >= MinHash.FEWEST_WORDS;
        keys.over(row, utf8);
        String answer = answer(row);
        return new RowSketch(
                line,
                keys.content(),
                keys.questionHigh(),
                keys.questionLow(),
                answer.length() < LONG_ANSWER
                        ? 0
                        : answers.clear().add(utf8.of(answer)).high(),
                compared ? count : 0,
                compared ? minHash.of(words, count) : new short[MinHash.PLACES]);
    }

    private static String answer(Row row) {
        return switch (row) {
            case Row.Chat chat -> chat.answer();
            case Row.Completion pair -> pair.answer();
            case Row.Preference pair -> pair.answer();
            case Row.Text none -> "";
            case Row.Labelled none -> "";
        };
    }
}
