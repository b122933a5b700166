package dev.tunedrop.text.template;

import java.util.ArrayList;
import java.util.List;

/// Python's `str` methods, where Java's own differ: white space is Unicode's as Python counts it (the no-break space
/// included, which Java leaves out), `split` drops nothing but what Python drops.
public final class PythonText {

    private PythonText() {}

    /// Python's `str.isspace` for one character.
    public static boolean isSpace(char c) {
        return (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F) || c == 0x85 || Character.isSpaceChar(c);
    }

    public static String strip(String text) {
        return stripEnd(stripStart(text));
    }

    public static String stripStart(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) start++;
        return text.substring(start);
    }

    public static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) end--;
        return text.substring(0, end);
    }

    /// Whether a text has no character but white space.
    static boolean isBlank(String text) {
        for (int i = 0; i < text.length(); i++) if (!isSpace(text.charAt(i))) return false;
        return true;
    }

    /// `text.strip(characters)`: removes any of these characters from the start, the end, or both.
    static String strip(String text, String characters, boolean start, boolean end) {
        int from = 0;
        int to = text.length();
        while (start && from < to && characters.indexOf(text.charAt(from)) >= 0) from++;
        while (end && to > from && characters.indexOf(text.charAt(to - 1)) >= 0) to--;
        return text.substring(from, to);
    }

    /// `text.split()`: runs of white space separate, and empty words do not exist.
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean space = i == text.length() || isSpace(text.charAt(i));
            if (space && start >= 0) words.add(text.substring(start, i));
            if (space) start = -1;
            else if (start < 0) start = i;
        }
        return words;
    }

    /// `text.split(separator, limit)`; a negative limit means none.
    static List<String> split(String text, String separator, int limit) {
        if (separator.isEmpty()) throw new IllegalArgumentException("empty separator");
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0 && parts.size() != limit; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }
}
