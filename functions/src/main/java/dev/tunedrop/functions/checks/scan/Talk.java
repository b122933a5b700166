package dev.tunedrop.functions.checks.scan;

import java.lang.Character.UnicodeScript;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The words of letters that a row begins with, and their scripts, as far as they are needed to tell its language.
/// Belongs to one thread.
public final class Talk {

    private final int room;
    private final long[] keys;
    private int count;
    private int letters;
    private int length;
    private boolean cut;
    private boolean known;
    private int otherLetters;
    private final Map<UnicodeScript, Integer> scripts = new EnumMap<>(UnicodeScript.class);

    /// @param room characters of a row that are looked at
    public Talk(int room) {
        this.room = room;
        this.keys = new long[room / 2 + 1];
    }

    public void clear() {
        count = 0;
        letters = 0;
        length = 0;
        cut = false;
        known = true;
        if (otherLetters > 0) scripts.clear();
        otherLetters = 0;
    }

    /// Whether there is room for another text.
    boolean open() {
        return length < room;
    }

    /// How many characters of the next text are looked at.
    int left() {
        return room - length;
    }

    /// Leaves a text out; where it would have been looked at, nothing is known of the row's words any more.
    public void skip() {
        if (open()) known = false;
    }

    void add(long key) {
        keys[count++] = key;
    }

    /// Says how many words there are, where they were written into [#keys()] by another.
    void count(int words) {
        count = words;
    }

    void addLetters(int more) {
        letters += more;
    }

    /// A letter that is none of ASCII.
    void addLetter(UnicodeScript script) {
        letters++;
        if (script == UnicodeScript.LATIN) return;
        otherLetters++;
        scripts.merge(script, 1, Integer::sum);
    }

    /// The last word added goes on where the room ends.
    void cutHere() {
        cut = true;
    }

    void end(int characters) {
        length += characters + 1;
    }

    /// Whether nothing was left out that would have been looked at.
    public boolean known() {
        return known;
    }

    public int letters() {
        return letters;
    }

    /// Those of them that are not Latin.
    public int otherLetters() {
        return otherLetters;
    }

    /// How many letters there are of each script, Latin left out.
    public Map<UnicodeScript, Integer> scripts() {
        return Collections.unmodifiableMap(scripts);
    }

    /// The words' keys, see [WordKeys]; `count` of them.
    public long[] keys() {
        return keys;
    }

    public int count() {
        return count;
    }

    /// Words that are whole.
    public int whole() {
        return cut ? count - 1 : count;
    }
}
