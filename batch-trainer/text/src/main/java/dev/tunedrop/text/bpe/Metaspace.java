package dev.tunedrop.text.bpe;

import java.nio.charset.StandardCharsets;

/// The pre-tokenizer of that name: each blank becomes `▁`, and one more may be put before a stretch of text that does
/// not begin with one. Unlike a normalizer it sees the stretches between added tokens, whichever way those were found.
///
/// @param splits whether a word ends before each `▁`; else the stretch is one word
record Metaspace(Prefix prefix, boolean splits) {

    static final byte[] MARK = "▁".getBytes(StandardCharsets.UTF_8);

    /// Which stretches get a `▁` before them.
    enum Prefix {
        NEVER,
        /// The one with which the text begins.
        FIRST,
        ALWAYS
    }

    /// Writes `source[from, to)` as it is to be merged, where each byte keeps the place it came from.
    void apply(Utf8Text source, int from, int to, Utf8Text target) {
        target.clear(source.boundary(from));
        byte[] bytes = source.bytes();
        if (prefixes(source, from, to)) target.append(MARK, 0, MARK.length, source.start(from), source.end(from));
        for (int at = from; at < to; at++) {
            if (bytes[at] == ' ') target.append(MARK, 0, MARK.length, source.start(at), source.end(at));
            else target.append(bytes, at, at + 1, source.start(at), source.end(at));
        }
        target.finish();
    }

    private boolean prefixes(Utf8Text source, int from, int to) {
        boolean wanted = switch (prefix) {
            case NEVER -> false;
            case FIRST -> source.boundary(from) == 0;
            case ALWAYS -> true;
        };
        return wanted && source.bytes()[from] != ' ' && !marked(source.bytes(), from, to);
    }

    /// Whether a `▁` stands here.
    static boolean marked(byte[] text, int at, int limit) {
        return at + MARK.length <= limit && text[at] == MARK[0] && text[at + 1] == MARK[1] && text[at + 2] == MARK[2];
    }

    /// Words that begin with their `▁`.
    static final class Words implements WordScanner {
        @Override
        public int end(byte[] text, int from, int limit) {
            int at = from + 1;
            while (at < limit && !marked(text, at, limit)) at++;
            return at;
        }
    }
}
