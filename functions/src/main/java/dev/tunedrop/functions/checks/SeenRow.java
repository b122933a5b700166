package dev.tunedrop.functions.checks;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.tunedrop.functions.checks.scan.Marks;
import dev.tunedrop.functions.checks.scan.Talk;
import dev.tunedrop.functions.checks.scan.TextFacts;
import dev.tunedrop.functions.checks.sketch.RowSketch;
import dev.tunedrop.functions.checks.sketch.Sketcher;
import dev.tunedrop.functions.checks.sketch.Words;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.RowKeys;

/// A row as the checks see it: what is said in it, the bytes of that, and its words, made once for all of them.
public final class SeenRow {

    private final long line;
    private final Row row;
    private final List<Said> said;
    private final byte[][] utf8;
    private final TextFacts[] facts;
    private final int[] wordsBefore;
    private final RowText text;

    /// @param text emptied and filled again; it must not be shared with another row that is still looked at
    SeenRow(long line, Row row, RowText text) {
        this.line = line;
        this.row = row;
        this.said = Said.in(row);
        this.utf8 = new byte[said.size()][];
        this.facts = new TextFacts[utf8.length];
        this.wordsBefore = new int[utf8.length + 1];
        this.text = text;
        text.clear();
        for (int i = 0; i < utf8.length; i++) {
            String one = said.get(i).text();
            utf8[i] = one.getBytes(StandardCharsets.UTF_8);
            facts[i] = text.read(utf8[i], one.length(), !instruction(i));
            wordsBefore[i + 1] = text.words().count();
        }
    }

    /// A row looked at by itself.
    public static SeenRow of(long line, Row row) {
        return new SeenRow(line, row, new RowText());
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

    /// What a scan of one thing said found.
    public TextFacts facts(int index) {
        return facts[index];
    }

    /// Where rare punctuation stands in one thing said.
    public Marks marks() {
        return text.marks();
    }

    /// Whether it tells the model what it is, which is often the same in every row.
    boolean instruction(int index) {
        return said.get(index).role().equals(Row.Message.SYSTEM);
    }

    /// The words of all that is said, instructions left out.
    Words words() {
        return text.words();
    }

    /// The beginning of what is said, as far as it tells the language.
    Talk talk() {
        return text.talk();
    }

    /// What is kept of the row. A label's words do not count when rows are compared.
    public RowSketch sketch(Sketcher sketcher) {
        int compared =
                row instanceof Row.Labelled ? wordsBefore[1] : text.words().count();
        return sketcher.of(line, row, new SaidUtf8(), text.words(), compared);
    }

    /// The bytes of texts that are asked for in the order in which they are said, or of the last thing said.
    private final class SaidUtf8 implements RowKeys.Utf8 {

        private int next;

        @Override
        @SuppressWarnings("ReferenceEquality") // the same object needs no look at what it says
        public byte[] of(String asked) {
            if (next < utf8.length && said.get(next).text() == asked) return utf8[next++];
            int last = utf8.length - 1;
            if (last >= 0 && said.get(last).text() == asked) return utf8[last];
            return asked.getBytes(StandardCharsets.UTF_8);
        }
    }

    /// The first word of one thing said; of the one behind the last, how many words there are.
    int firstWord(int index) {
        return wordsBefore[index];
    }
}
