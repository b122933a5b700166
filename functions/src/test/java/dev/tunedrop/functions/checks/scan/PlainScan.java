package dev.tunedrop.functions.checks.scan;

import java.util.ArrayList;
import java.util.List;

/// The slow and obvious twin of [TextScan]: one counter for each question.
final class PlainScan {

    boolean ascii = true;
    int longestWord;
    int longestRule;
    int longestRow;
    int longestRun;
    int longestNumber;
    int longestWithin;
    int mostSeparators;
    int afterPlus;
    final List<Integer> marks = new ArrayList<>();

    PlainScan(byte[] text) {
        int word = 0;
        int rule = 0;
        int row = 0;
        int run = 0;
        for (int i = 0; i < text.length; i++) {
            byte b = text[i];
            if (b < 0) ascii = false;
            word = digit(b) || (b >= 0 && Character.isLetter(b)) ? word + 1 : 0;
            rule = separates(b) ? rule + 1 : 0;
            row = digit(b) ? row + 1 : 0;
            run = b >= 0 && b <= ' ' ? 0 : run + 1;
            longestWord = Math.max(longestWord, word);
            longestRule = Math.max(longestRule, rule);
            longestRow = Math.max(longestRow, row);
            longestRun = Math.max(longestRun, run);
            if (TextScan.MARKS.indexOf(b) >= 0 && marks.size() < TextScan.MOST_MARKS) marks.add(i);
            if (b == '+') afterPlus = Math.max(afterPlus, callable(text, i + 1));
            if (digit(b) && (i == 0 || !digit(text[i - 1]))) number(text, i);
        }
    }

    /// The number that begins here, or goes on: a later beginning finds no more than the first did.
    private void number(byte[] text, int from) {
        int digits = 0;
        int separators = 0;
        int i = from;
        while (i < text.length) {
            if (digit(text[i])) digits++;
            else if (separates(text[i]) && i + 1 < text.length && digit(text[i + 1])) separators++;
            else break;
            i++;
        }
        longestNumber = Math.max(longestNumber, digits);
        mostSeparators = Math.max(mostSeparators, separators);
        longestWithin = Math.max(longestWithin, i - from);
    }

    private static int callable(byte[] text, int from) {
        int digits = 0;
        for (int i = from; i < text.length; i++) {
            int c = text[i];
            if (digit(text[i]) || c == 'x' || c == 'X' || (c & 0xc0) == 0xc0) digits++;
            else if (c >= 0 && " -./()[]~".indexOf(c) < 0) break;
        }
        return digits;
    }

    private static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean separates(byte b) {
        return b == ' ' || b == '-' || b == '.' || b == '/';
    }
}
