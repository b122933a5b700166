package dev.tunedrop.functions.checks;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.tunedrop.functions.checks.sketch.RowSketch;
import dev.tunedrop.functions.checks.sketch.Words;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.RowDigests;

/// A row as the checks see it: what is said in it, the bytes of that, and its words, made once for all of them.
public final class SeenRow {

    private final long line;
    private final Row row;
    private final List<Said> said;
    private final byte[][] utf8;
    private final int[] wordsBefore;
    private final Words words;

    /// @param words emptied and filled again; it must not be shared with another row that is still looked at
    SeenRow(long line, Row row, Words words) {
        this.line = line;
        this.row = row;
        this.said = Said.in(row);
        this.utf8 = new byte[said.size()][];
        this.wordsBefore = new int[said.size() + 1];
        this.words = words;
        words.clear();
        for (int i = 0; i < utf8.length; i++) {
            utf8[i] = said.get(i).text().getBytes(StandardCharsets.UTF_8);
            if (!instruction(i)) words.read(utf8[i]);
            wordsBefore[i + 1] = words.count();
        }
    }

    /// A row looked at by itself.
    public static SeenRow of(long line, Row row) {
        return new SeenRow(line, row, new Words());
    }

    public long line() {
        return line;
    }

    public Row row() {
        return row;
    }

    /// Everything said in the row, in order.
    public List<Said> said() {
        return said;
    }

    /// The bytes of one thing said.
    public byte[] utf8(int index) {
        return utf8[index];
    }

    /// Whether it tells the model what it is, which is often the same in every row.
    boolean instruction(int index) {
        return said.get(index).role().equals(Row.Message.SYSTEM);
    }

    /// The words of all that is said, instructions left out.
    Words words() {
        return words;
    }

    /// What is kept of the row. A label's words do not count when rows are compared.
    public RowSketch sketch(RowDigests sums) {
        sums.over(row);
        int compared = row instanceof Row.Labelled ? wordsBefore[1] : words.count();
        return RowSketch.of(line, row, sums, words, compared);
    }

    /// The first word of one thing said; of the one behind the last, how many words there are.
    int firstWord(int index) {
        return wordsBefore[index];
    }
}
