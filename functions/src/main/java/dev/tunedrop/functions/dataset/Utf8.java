package dev.tunedrop.functions.dataset;

/// Well-formed UTF-8, after table 3-7 of the Unicode Standard: no overlong form, no surrogate, nothing above U+10FFFF.
final class Utf8 {

    private Utf8() {}

    /// Offset of the first byte that cannot be part of UTF-8, or -1.
    static int firstDefect(byte[] bytes) {
        int i = 0;
        while (i < bytes.length) {
            int length = sequence(bytes, i);
            if (length == 0) return i;
            i += length;
        }
        return -1;
    }

    /// How many bytes the character here has, or 0 where it is no UTF-8.
    static int sequence(byte[] bytes, int at) {
        int lead = bytes[at] & 0xff;
        int length = length(lead);
        if (length == 0 || at + length > bytes.length) return 0;
        if (length > 1 && !secondFits(lead, bytes[at + 1] & 0xff)) return 0;
        for (int k = 2; k < length; k++) if ((bytes[at + k] & 0xc0) != 0x80) return 0;
        return length;
    }

    private static int length(int lead) {
        if (lead < 0x80) return 1;
        if (lead < 0xc2) return 0;
        if (lead < 0xe0) return 2;
        if (lead < 0xf0) return 3;
        return lead < 0xf5 ? 4 : 0;
    }

    private static boolean secondFits(int lead, int second) {
        int low = switch (lead) {
            case 0xe0 -> 0xa0;
            case 0xf0 -> 0x90;
            default -> 0x80;
        };
        int high = switch (lead) {
            case 0xed -> 0x9f;
            case 0xf4 -> 0x8f;
            default -> 0xbf;
        };
        return second >= low && second <= high;
    }

    /// Offset of the first surrogate without its partner, or -1.
    static int firstLoneSurrogate(String text) {
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) return i;
            i += Character.charCount(codePoint);
        }
        return -1;
    }
}
