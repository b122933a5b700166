package dev.tunedrop.text.bpe;

/// Cuts text where no token reaches across, for models that have no pre-tokenizer of their own.
///
/// Merging makes only tokens of the vocabulary. If no token holds two given characters side by side, then no merge
/// ever joins them, and what stands before and after can be merged apart with the same result. Characters count by
/// class: each ASCII character, the mark for a blank, and all others as one. A line break or a blank mark after a
/// letter is such a place in every model of the family; runs of other scripts stay whole.
final class SafeCuts implements WordScanner {

    private static final int BLANK_MARK = 128;
    private static final int OTHER = 129;
    private static final int CLASSES = 130;

    private final boolean[] joined = new boolean[CLASSES * CLASSES];

    /// A token of the vocabulary: its neighbouring characters are joined.
    void see(byte[] token, int from, int to) {
        int before = -1;
        for (int at = from; at < to; at += length(token[at])) {
            int here = classOf(token, at);
            if (before >= 0) joined[before * CLASSES + here] = true;
            before = here;
        }
    }

    @Override
    public int end(byte[] text, int from, int limit) {
        int before = classOf(text, from);
        int at = from + length(text[from]);
        while (at < limit) {
            int here = classOf(text, at);
            if (!joined[before * CLASSES + here]) return at;
            before = here;
            at += length(text[at]);
        }
        return at;
    }

    private static int classOf(byte[] text, int at) {
        int lead = text[at];
        if (lead >= 0) return lead;
        boolean mark = lead == (byte) 0xe2 && text[at + 1] == (byte) 0x96 && text[at + 2] == (byte) 0x81;
        return mark ? BLANK_MARK : OTHER;
    }

    private static int length(byte lead) {
        if (lead >= 0) return 1;
        if (lead < (byte) 0xe0) return 2;
        return lead < (byte) 0xf0 ? 3 : 4;
    }
}
