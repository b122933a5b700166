package dev.tunedrop.text.bpe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A stretch of text as UTF-8, each byte knowing which characters of the original it comes from. Reused from stretch to
/// stretch; zeros follow its end, so that words can be read eight bytes at a time.
final class Utf8Text {

    private byte[] bytes = new byte[1 << 12];
    private int size;
    private boolean plain;
    private int base;
    private int[] starts = new int[0];
    private int[] ends = new int[0];

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /// Whether byte and UTF-16 unit are one and the same, which they are in ASCII.
    boolean plain() {
        return plain;
    }

    /// UTF-16 position where the character of a byte begins.
    int start(int at) {
        return plain ? base + at : starts[at];
    }

    /// UTF-16 position after the character of a byte.
    int end(int at) {
        return plain ? base + at + 1 : ends[at];
    }

    /// The UTF-16 position that stands at the boundary before a byte, also before the one after the last.
    int boundary(int at) {
        if (plain) return base + at;
        return at < size ? starts[at] : size == 0 ? base : ends[size - 1];
    }

    /// Takes over `text[from, to)`.
    void load(String text, int from, int to) {
        byte[] encoded = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
        clear(from);
        makeRoom(encoded.length);
        System.arraycopy(encoded, 0, bytes, 0, encoded.length);
        size = encoded.length;
        Arrays.fill(bytes, size, size + WordCache.READ_AHEAD, (byte) 0);
        plain = size == to - from;
        if (!plain) locate(text, from, to);
    }

    private void locate(String text, int from, int to) {
        makePositions(size);
        int at = 0;
        for (int unit = from; unit < to; ) {
            int after = unit + Character.charCount(text.codePointAt(unit));
            int length = length(text.codePointAt(unit));
            for (int i = 0; i < length; i++) {
                starts[at] = unit;
                ends[at++] = after;
            }
            unit = after;
        }
    }

    private static int length(int point) {
        if (point < 0x80) return 1;
        if (point < 0x800) return 2;
        return point < 0x10000 ? 3 : 4;
    }

    /// Begins a text that is put together with [#append].
    void clear(int from) {
        size = 0;
        base = from;
        plain = false;
    }

    /// Adds bytes that all come from `[start, end)` of the original.
    void append(byte[] more, int from, int to, int start, int end) {
        makeRoom(size + to - from);
        makePositions(size + to - from);
        for (int i = from; i < to; i++) {
            bytes[size] = more[i];
            starts[size] = start;
            ends[size++] = end;
        }
    }

    /// Ends what [#append] made.
    void finish() {
        makeRoom(size);
        Arrays.fill(bytes, size, size + WordCache.READ_AHEAD, (byte) 0);
    }

    private void makeRoom(int length) {
        if (length + WordCache.READ_AHEAD > bytes.length)
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + WordCache.READ_AHEAD));
    }

    private void makePositions(int length) {
        if (length <= starts.length) return;
        int room = Math.max(starts.length * 2, length + 64);
        starts = Arrays.copyOf(starts, room);
        ends = Arrays.copyOf(ends, room);
    }
}
