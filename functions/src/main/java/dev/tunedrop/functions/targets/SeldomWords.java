package dev.tunedrop.functions.targets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.tunedrop.functions.checks.SeenRow;
import dev.tunedrop.functions.checks.scan.Marks;
import dev.tunedrop.functions.checks.scan.TextScan;

/// Lists of words that hardly any text has: which lists have one in a text. A word with a mark in it ([TextScan#MARKS])
/// is looked for where the row's scan found that mark; one without in the whole text.
final class SeldomWords {

    private static final int ASCII = 0x80;
    private static final int BYTES = 0x100;

    /// @param anchor where in the word its first mark stands
    @SuppressWarnings("ArrayRecordComponent") // never shared
    private record Word(String text, byte[] utf8, int anchor, int list) {
        @Override
        public String toString() {
            return text;
        }
    }

    private final List<List<Word>> byMark = new ArrayList<>();

    /// For each mark and the byte behind it whether a word goes on so.
    private final boolean[] goesOn = new boolean[ASCII * BYTES];

    private final List<Word> all = new ArrayList<>();
    private final List<Word> unmarked = new ArrayList<>();

    /// @param lists at most 64
    SeldomWords(List<List<String>> lists) {
        if (lists.size() > Long.SIZE) throw new IllegalArgumentException("at most 64 lists of words are looked for");
        for (int mark = 0; mark < ASCII; mark++) byMark.add(new ArrayList<>());
        for (int list = 0; list < lists.size(); list++) for (String text : lists.get(list)) add(text, list);
    }

    private void add(String text, int list) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int anchor = 0;
        while (anchor < utf8.length && TextScan.MARKS.indexOf(utf8[anchor]) < 0) anchor++;
        Word word = new Word(text, utf8, anchor, list);
        all.add(word);
        if (anchor == utf8.length) {
            unmarked.add(word);
            return;
        }
        for (int next = 0; next < BYTES; next++)
            goesOn[utf8[anchor] * BYTES + next] |= anchor + 1 == utf8.length || (utf8[anchor + 1] & 0xff) == next;
        byMark.get(utf8[anchor]).add(word);
    }

    /// The lists of which one thing said has a word, as bits: the first is the lowest.
    long in(SeenRow row, int index) {
        Marks marks = row.marks();
        String text = row.said().get(index).text();
        if (!marks.all(index)) return in(text, all);
        long found = in(text, unmarked);
        byte[] utf8 = row.utf8(index);
        for (int m = marks.first(index); m < marks.first(index + 1); m++) found |= at(utf8, marks.place(m));
        return found;
    }

    private static long in(String text, List<Word> words) {
        long found = 0;
        for (Word word : words) if (text.contains(word.text())) found |= 1L << word.list();
        return found;
    }

    private long at(byte[] text, int mark) {
        int next = mark + 1 < text.length ? text[mark + 1] & 0xff : 0;
        if (!goesOn[text[mark] * BYTES + next]) return 0;
        long found = 0;
        for (Word word : byMark.get(text[mark])) {
            int from = mark - word.anchor();
            int to = from + word.utf8().length;
            if (from >= 0 && to <= text.length && Arrays.equals(text, from, to, word.utf8(), 0, word.utf8().length))
                found |= 1L << word.list();
        }
        return found;
    }
}
