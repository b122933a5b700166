package dev.tunedrop.functions.checks.scan;

import java.util.Arrays;

/// Where the marks of a row's texts stand, one text after the other. Belongs to one thread.
public final class Marks {

    private int[] places = new int[1 << 6];
    private int[] ends = new int[1 << 3];
    private int texts;

    public void clear() {
        texts = 0;
    }

    /// Adds those of the text that was scanned just now.
    public void add(TextScan scan) {
        int from = texts == 0 ? 0 : ends[texts - 1];
        int kept = Math.min(scan.markCount(), TextScan.MOST_MARKS);
        if (from + kept > places.length) places = Arrays.copyOf(places, Math.max(from + kept, 2 * places.length));
        for (int m = 0; m < kept; m++) places[from + m] = scan.mark(m);
        if (texts == ends.length) ends = Arrays.copyOf(ends, 2 * texts);
        ends[texts++] = from + kept;
    }

    /// The number of the first mark of a text; of the text behind the last, how many there are.
    public int first(int text) {
        return text == 0 ? 0 : ends[text - 1];
    }

    /// Whether all marks of a text are listed.
    public boolean all(int text) {
        return first(text + 1) - first(text) < TextScan.MOST_MARKS;
    }

    /// The byte of its text at which a mark stands.
    public int place(int mark) {
        return places[mark];
    }
}
