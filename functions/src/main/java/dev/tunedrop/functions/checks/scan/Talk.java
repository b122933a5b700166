package dev.tunedrop.functions.checks.scan;

/// The words of letters that a row begins with, as far as they are needed to tell its language. Belongs to one thread.
public final class Talk {

    private final int room;
    private final long[] keys;
    private int count;
    private int letters;
    private int length;
    private boolean cut;
    private boolean ascii;

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
        ascii = true;
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
        if (open()) ascii = false;
    }

    void add(long key) {
        keys[count++] = key;
    }

    /// Adds a word if it is one, which is said by 0 or 1.
    void add(long key, int words) {
        keys[count] = key;
        count += words;
    }

    void addLetters(int more) {
        letters += more;
    }

    /// The last word added goes on where the room ends.
    void cutHere() {
        cut = true;
    }

    void end(int characters) {
        length += characters + 1;
    }

    /// Whether all that is looked at is ASCII: otherwise the rest is not known.
    public boolean ascii() {
        return ascii;
    }

    public int letters() {
        return letters;
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
