package dev.tunedrop.functions.targets;

import dev.tunedrop.functions.checks.SeenRow;

/// How many tokens a tokenizer that we do not have will make of a row, roughly: one for four characters, one for each
/// character of a script that needs about one each (from U+2E80 on: ideographs, kana, hangul), and four a message.
/// Limits that are met by less than this error are told as limits all the same: the message says "about".
final class TokenEstimate {

    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int TOKENS_PER_MESSAGE = 4;
    private static final int FIRST_WIDE = 0x2e80;

    private TokenEstimate() {}

    static long of(SeenRow row) {
        long narrow = 0;
        long wide = 0;
        for (int i = 0; i < row.said().size(); i++) {
            String text = row.said().get(i).text();
            int beyond = row.facts(i).ascii() ? 0 : wide(text);
            wide += beyond;
            narrow += text.length() - beyond;
        }
        return Math.ceilDiv(narrow, CHARACTERS_PER_TOKEN)
                + wide
                + (long) TOKENS_PER_MESSAGE * row.said().size();
    }

    private static int wide(String text) {
        int wide = 0;
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) >= FIRST_WIDE) wide++;
        return wide;
    }
}
