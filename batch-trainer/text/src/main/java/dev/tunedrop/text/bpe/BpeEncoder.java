package dev.tunedrop.text.bpe;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/// Puts together the ids of one text, stretch by stretch, with the characters each came from.
///
/// Belongs to one thread at a time; [BpeModel#encode] lends it.
public final class BpeEncoder {

    private static final int NO_ID = -1;

    /// From so many tokens on there is no room in advance for as many again.
    private static final int LARGE = 1 << 18;

    private final BpeModel model;
    private final WordScanner scanner;
    private final WordMerger merger;
    private final WordCache cache = new WordCache();
    private final Utf8Text source = new Utf8Text();
    private final Utf8Text normal = new Utf8Text();
    private final Utf8Text marked = new Utf8Text();
    private int[] ids = new int[1 << 10];
    private int[] starts = new int[1 << 10];
    private int[] ends = new int[1 << 10];
    private int size;

    BpeEncoder(BpeModel model) {
        this.model = model;
        this.scanner = model.scanner();
        this.merger = new WordMerger(model.merges());
    }

    /// Whether it grew with an unusually long text, so that keeping it would keep all that.
    boolean large() {
        return ids.length > LARGE;
    }

    void begin() {
        size = 0;
    }

    /// Adds a token that stands for `[start, end)` of the text.
    public void token(int id, int start, int end) {
        makeRoom(1);
        ids[size] = id;
        starts[size] = start;
        ends[size++] = end;
    }

    /// Adds `text[from, to)`, in which no control token is looked for.
    ///
    /// @param leaveBlanks white space at the end is left to the token that follows
    /// @return the end of what was added
    public int text(String text, int from, int to, boolean leaveBlanks) {
        if (from == to) return to;
        source.load(text, from, to);
        AddedTokenFinder finder = model.rawTokens();
        int at = 0;
        int limit = source.size();
        if (!finder.empty()) {
            int taken = 0;
            for (AddedTokenFinder.@Nullable Match match = finder.next(source.bytes(), 0, 0, 0, limit);
                    match != null;
                    match = finder.next(source.bytes(), 0, taken, taken, limit)) {
                stretch(text, at, match.start());
                token(match.id(), source.boundary(match.start()), source.boundary(match.end()));
                taken = match.end();
                at = taken;
            }
        }
        if (leaveBlanks) limit = AddedTokenFinder.blanksBefore(source.bytes(), at, limit);
        stretch(text, at, limit);
        return source.boundary(limit);
    }

    private void stretch(String text, int from, int to) {
        if (from == to) return;
        if (!model.normalization().changes(source, text, from, to)) {
            normalized(source, from, to);
            return;
        }
        model.normalization().apply(source, text, from, to, normal);
        normalized(normal, 0, normal.size());
    }

    private void normalized(Utf8Text text, int from, int to) {
        AddedTokenFinder finder = model.normalTokens();
        int at = from;
        if (!finder.empty()) {
            for (AddedTokenFinder.@Nullable Match match = finder.next(text.bytes(), from, from, from, to);
                    match != null;
                    match = finder.next(text.bytes(), from, at, at, to)) {
                words(text, at, match.start());
                token(match.id(), text.boundary(match.start()), text.boundary(match.end()));
                at = match.end();
            }
        }
        words(text, at, to);
    }

    private void words(Utf8Text text, int from, int to) {
        Metaspace metaspace = model.metaspace();
        if (metaspace == null || from == to) {
            scan(text, from, to);
            return;
        }
        metaspace.apply(text, from, to, marked);
        scan(marked, 0, marked.size());
    }

    private void scan(Utf8Text text, int from, int to) {
        makeRoom(to - from);
        byte[] bytes = text.bytes();
        for (int at = from; at < to; ) {
            int end = scanner.end(bytes, at, to);
            int first = size;
            word(bytes, at, end);
            if (size == first + 1) {
                starts[first] = text.start(at);
                ends[first] = text.end(end - 1);
            } else place(text, first, at);
            at = end;
        }
    }

    private void word(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length > WordCache.LONGEST) {
            merge(bytes, from, to);
            return;
        }
        long low = WordCache.low(bytes, from, length);
        long high = WordCache.high(bytes, from, length);
        int known = cache.get(low, high, ids, size);
        if (known > size) {
            size = known;
            return;
        }
        int first = size;
        merge(bytes, from, to);
        cache.put(low, high, ids, first, size);
    }

    private void merge(byte[] bytes, int from, int to) {
        int whole = model.wholeWord(bytes, from, to);
        if (whole != NO_ID) ids[size++] = whole;
        else size = merger.merge(ids, size, model.symbols(bytes, from, to, ids, size));
    }

    /// Says of each token from `first` on where it came from: a word's tokens lie end to end.
    private void place(Utf8Text text, int first, int from) {
        int at = from;
        for (int t = first; t < size; t++) {
            int end = at + model.length(ids[t]);
            starts[t] = text.start(at);
            ends[t] = text.end(end - 1);
            at = end;
        }
    }

    /// Room for one token per byte and a few that a lookup may write ahead.
    private void makeRoom(int tokens) {
        int needed = size + tokens + WordCache.READ_AHEAD;
        if (needed <= ids.length) return;
        int room = Math.max(needed, ids.length + Math.min(ids.length, LARGE));
        ids = Arrays.copyOf(ids, room);
        starts = Arrays.copyOf(starts, room);
        ends = Arrays.copyOf(ends, room);
    }

    public int[] ids() {
        return Arrays.copyOf(ids, size);
    }

    /// UTF-16 positions at which the tokens' characters begin.
    public int[] starts() {
        return Arrays.copyOf(starts, size);
    }

    /// UTF-16 positions after the tokens' characters.
    public int[] ends() {
        return Arrays.copyOf(ends, size);
    }
}
