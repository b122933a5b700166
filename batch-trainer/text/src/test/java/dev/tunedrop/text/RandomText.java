package dev.tunedrop.text;

import java.util.List;
import java.util.Random;

/// Strings that look for trouble: every script, marks, emoji, odd blanks, line ends, contractions, runs.
final class RandomText {

    private static final List<String> PIECES = List.of(
            "'s",
            "'S",
            "'ſ",
            "'ll",
            "'RE",
            "'t",
            "'d'",
            "don't",
            " the",
            "The ",
            "iPhone",
            "HTTPServer",
            "ǅ",
            "ʰ",
            "\r\n",
            "\n\n",
            "\n \n",
            "\t",
            "  ",
            "   x",
            "\u00a0",
            "\u2003",
            "\u3000",
            "\u2028",
            "\u0085",
            "\u180e",
            "\u200b",
            "\u200d",
            "\ufeff",
            "é",
            "e\u0301",
            "\u0301",
            "\u0301\u0327",
            "q\u0323\u0307",
            "각",
            "\u1100\u1161\u11a8",
            "가\u11a8",
            "\u0958",
            "क़",
            "हिन्दी",
            "العربية",
            "עברית",
            "ไทย",
            "日本語",
            "中文，。",
            "😀",
            "👩‍👩‍👧",
            "🇩🇪",
            "1",
            "12",
            "1234567",
            "½",
            "Ⅷ",
            "٣٤",
            "x=1;",
            "//",
            "\n/",
            "!?\n\n",
            "...",
            " ...",
            "<b>",
            "▁",
            "▁▁",
            " ▁",
            "<tool_call>",
            "</tool_call>",
            "<|im_end|>",
            "[INST]",
            "<0x0A>",
            "<unused7>",
            "\u0000",
            "\u0007",
            "\u007f",
            "\u00ad",
            "\ud834\udd5e",
            "\u212b",
            "\uf900",
            "ﬁ",
            "ẛ\u0323",
            "\u0344",
            "ß",
            "İ",
            "ı");

    private final Random random;

    RandomText(long seed) {
        random = new Random(seed);
    }

    String next() {
        StringBuilder text = new StringBuilder();
        int parts = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 8);
        for (int p = 0; p < parts; p++)
            switch (random.nextInt(6)) {
                case 0 -> text.appendCodePoint(anyPoint(Character.MAX_CODE_POINT));
                case 1 -> text.appendCodePoint(anyPoint(0x3000));
                case 2 -> letters(text);
                case 3 -> text.append(PIECES.get(random.nextInt(PIECES.size())).repeat(1 + random.nextInt(4)));
                default -> text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
        return text.toString();
    }

    /// A position between two characters of a text.
    int boundaryIn(String text) {
        int at = random.nextInt(text.length() + 1);
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    private void letters(StringBuilder text) {
        int length = 1 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            char letter = (char) ('a' + random.nextInt(26));
            text.append(random.nextInt(5) == 0 ? Character.toUpperCase(letter) : letter);
        }
        if (random.nextBoolean()) text.append(' ');
    }

    private int anyPoint(int below) {
        int point = random.nextInt(below);
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 'z' : point;
    }
}
