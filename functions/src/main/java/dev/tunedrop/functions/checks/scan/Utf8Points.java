package dev.tunedrop.functions.checks.scan;

/// Characters of well-formed UTF-8.
public final class Utf8Points {

    private Utf8Points() {}

    /// How many bytes the character has that begins with this byte.
    public static int length(int lead) {
        int b = lead & 0xff;
        if (b < 0x80) return 1;
        if (b < 0xe0) return 2;
        return b < 0xf0 ? 3 : 4;
    }

    /// The character that begins at a byte.
    public static int at(byte[] text, int at) {
        int lead = text[at];
        int length = length(lead);
        if (length == 1) return lead;
        int point = lead & (0x7f >> length);
        for (int i = 1; i < length; i++) point = (point << 6) | (text[at + i] & 0x3f);
        return point;
    }
}
