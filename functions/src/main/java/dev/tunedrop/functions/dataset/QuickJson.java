package dev.tunedrop.functions.dataset;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// The fast way through JSON that has no defect: one pass over the bytes, eight at a time inside strings, checking
/// UTF-8, escapes and control characters on the way.
///
/// It answers exactly what [StrictJson]'s careful parser answers, or nothing. Nothing means: have the careful one look,
/// which also knows what to say. So this one explains no mistake, and whatever it is not sure of it leaves. Belongs to
/// one thread.
final class QuickJson {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    /// Numbers shorter than this, without an exponent, are within a double and within the careful parser's limit.
    private static final int SHORT_NUMBER = 300;

    /// Room for strings with escapes that is kept from line to line.
    private static final int KEPT = 1 << 16;

    private byte[] bytes = new byte[0];
    private int length;
    private int at;
    private int depth;
    private byte[] decoded = new byte[1 << 10];

    /// The value, or null where the careful parser has to look.
    @Nullable
    JsonValue parse(byte[] line) {
        if (line.length > LineReader.MAX_LINE_BYTES) return null;
        bytes = line;
        length = line.length;
        at = 0;
        depth = 0;
        JsonValue value = value();
        if (decoded.length > KEPT) decoded = new byte[KEPT];
        return value != null && peek() < 0 ? value : null;
    }

    /// The next byte that is not white space, or -1 at the end.
    private int peek() {
        while (at < length) {
            int b = bytes[at];
            if (b != ' ' && b != '\t' && b != '\n' && b != '\r') return b & 0xff;
            at++;
        }
        return -1;
    }

    private @Nullable JsonValue value() {
        int first = peek();
        int start = at;
        return switch (first) {
            case '{' -> object(start);
            case '[' -> array(start);
            case '"' -> string(start);
            case 't' -> word("true", new JsonValue.Bool(start, true));
            case 'f' -> word("false", new JsonValue.Bool(start, false));
            case 'n' -> word("null", new JsonValue.Null(start));
            default -> number(start);
        };
    }

    private @Nullable JsonValue string(int start) {
        String text = text();
        return text == null ? null : new JsonValue.Str(start, text);
    }

    private @Nullable JsonValue object(int start) {
        List<JsonValue.Member> members = new ArrayList<>(4);
        if (++depth > StrictJson.MAX_DEPTH) return null;
        at++;
        int next = peek();
        while (next == '"') {
            int nameAt = at;
            String name = text();
            if (name == null || peek() != ':') return null;
            at++;
            JsonValue value = value();
            if (value == null) return null;
            members.add(new JsonValue.Member(nameAt, name, value));
            next = peek();
            if (next != ',') break;
            at++;
            next = peek();
            if (next != '"') return null;
        }
        if (next != '}') return null;
        at++;
        depth--;
        return new JsonValue.Obj(start, members);
    }

    private @Nullable JsonValue array(int start) {
        List<JsonValue> items = new ArrayList<>(4);
        if (++depth > StrictJson.MAX_DEPTH) return null;
        at++;
        if (peek() != ']') {
            while (true) {
                JsonValue item = value();
                if (item == null) return null;
                items.add(item);
                int next = peek();
                if (next == ']') break;
                if (next != ',') return null;
                at++;
            }
        }
        at++;
        depth--;
        return new JsonValue.Arr(start, items);
    }

    private @Nullable JsonValue word(String word, JsonValue value) {
        for (int i = 0; i < word.length(); i++, at++) if (at >= length || bytes[at] != word.charAt(i)) return null;
        return value;
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`; exponents and giants are left to the careful parser.
    private @Nullable JsonValue number(int start) {
        if (at < length && bytes[at] == '-') at++;
        int digits = digits();
        if (digits == 0 || (digits > 1 && bytes[at - digits] == '0')) return null;
        if (at < length && bytes[at] == '.') {
            at++;
            if (digits() == 0) return null;
        }
        if (at - start > SHORT_NUMBER || (at < length && (bytes[at] | 0x20) == 'e')) return null;
        return new JsonValue.Num(start, new String(bytes, start, at - start, StandardCharsets.ISO_8859_1));
    }

    private int digits() {
        int from = at;
        while (at < length && bytes[at] >= '0' && bytes[at] <= '9') at++;
        return at - from;
    }

    /// The string that begins at the quotation mark here; afterwards `at` is behind its end.
    private @Nullable String text() {
        int start = ++at;
        boolean ascii = true;
        while (true) {
            at = plainEnd(bytes, at, length);
            if (at >= length) return null;
            int b = bytes[at];
            if (b == '"') {
                at++;
                String common = CommonNames.of(bytes, start, at - 1);
                if (common != null) return common;
                return new String(
                        bytes, start, at - 1 - start, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            }
            if (b == '\\') return escaped(start, ascii);
            if (b >= 0) return null;
            ascii = false;
            if (!skipWide()) return null;
        }
    }

    /// Where a quotation mark, a backslash, a control character or a byte beyond ASCII stands next, or the end.
    static int plainEnd(byte[] bytes, int from, int length) {
        int i = from;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long quote = word ^ ('"' * ONES);
            long slash = word ^ ('\\' * ONES);
            long control = (word - 0x20 * ONES) & ~word;
            long ends = ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash);
            long found = (control | ends | word) & HIGHS;
            if (found != 0) return i + (Long.numberOfTrailingZeros(found) >>> 3);
        }
        while (i < length && bytes[i] >= 0x20 && bytes[i] != '"' && bytes[i] != '\\') i++;
        return i;
    }

    /// Goes past one character of several bytes.
    private boolean skipWide() {
        int size = Utf8.sequence(bytes, at);
        at += size;
        return size > 0;
    }

    /// A string with escapes: put together as UTF-8, then read.
    private @Nullable String escaped(int start, boolean asciiSoFar) {
        boolean ascii = asciiSoFar;
        int size = 0;
        int from = start;
        while (true) {
            size = copy(from, at, size);
            if (at >= length) return null;
            int b = bytes[at];
            if (b == '"') {
                at++;
                return new String(decoded, 0, size, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            }
            if (b == '\\') {
                int point = escape();
                if (point < 0) return null;
                ascii &= point < 0x80;
                size = put(point, size);
            } else if (b < 0) {
                ascii = false;
                int wide = at;
                if (!skipWide()) return null;
                size = copy(wide, at, size);
            } else return null;
            from = at;
            at = plainEnd(bytes, at, length);
        }
    }

    /// The code point of the escape here, or -1; a surrogate counts with its partner only.
    private int escape() {
        if (at + 1 >= length) return -1;
        int kind = bytes[at + 1];
        at += 2;
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> -1;
        };
    }

    private int unicode() {
        int unit = hex();
        if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) return unit;
        if (unit > Character.MAX_HIGH_SURROGATE || at + 1 >= length || bytes[at] != '\\' || bytes[at + 1] != 'u')
            return -1;
        at += 2;
        int low = hex();
        if (low < Character.MIN_LOW_SURROGATE || low > Character.MAX_LOW_SURROGATE) return -1;
        return Character.toCodePoint((char) unit, (char) low);
    }

    private int hex() {
        if (at + 4 > length) return -1;
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int b = bytes[at++];
            int digit = b < 0 ? -1 : Character.digit(b, 16);
            if (digit < 0) return -1;
            value = (value << 4) | digit;
        }
        return value;
    }

    private int copy(int from, int to, int size) {
        room(size + to - from);
        System.arraycopy(bytes, from, decoded, size, to - from);
        return size + to - from;
    }

    private int put(int point, int size) {
        room(size + 4);
        int next = size;
        if (point < 0x80) decoded[next++] = (byte) point;
        else {
            int shift = point < 0x800 ? 6 : point < 0x10000 ? 12 : 18;
            int lead = shift == 6 ? 0xc0 : shift == 12 ? 0xe0 : 0xf0;
            decoded[next++] = (byte) (lead | (point >> shift));
            for (int s = shift - 6; s >= 0; s -= 6) decoded[next++] = (byte) (0x80 | ((point >> s) & 0x3f));
        }
        return next;
    }

    private void room(int size) {
        if (size > decoded.length) decoded = Arrays.copyOf(decoded, Math.max(size, 2 * decoded.length + 256));
    }
}
