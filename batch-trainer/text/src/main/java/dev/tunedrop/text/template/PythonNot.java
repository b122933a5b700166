package dev.tunedrop.text.template;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// In Jinja, as in Python, `not a == b` means `not (a == b)`, and `not x is defined` means `not (x is defined)`;
/// Jinjava negates the first value alone. So what `not` reaches over is put in brackets before Jinjava reads a
/// template.
final class PythonNot {

    private static final Pattern TAG = Pattern.compile("\\{[%{].*?[%}]\\}", Pattern.DOTALL);
    private static final Pattern NOT_IN = Pattern.compile("\\s+in\\b.*", Pattern.DOTALL);
    private static final Pattern IS = Pattern.compile(".*\\bis\\s*", Pattern.DOTALL);
    private static final Set<String> ENDS = Set.of("and", "or", "if", "else");

    private PythonNot() {}

    static String bracketed(String template) {
        return TAG.matcher(template).replaceAll(tag -> Matcher.quoteReplacement(expression(tag.group())));
    }

    private static String expression(String text) {
        for (int at = 0; at < text.length(); at = next(text, at)) {
            if (!word(text, at).equals("not")) continue;
            int operand = at + 3;
            if (NOT_IN.matcher(text.substring(operand)).matches()
                    || IS.matcher(text.substring(0, at)).matches()) continue;
            int end = end(text, operand);
            String over = text.substring(operand, end);
            return text.substring(0, operand) + " (" + expression(over.strip()) + ")" + (over.endsWith(" ") ? " " : "")
                    + expression(text.substring(end));
        }
        return text;
    }

    /// Where a comparison ends that begins at `from`.
    private static int end(String text, int from) {
        int depth = 0;
        for (int at = from; at < text.length(); at = next(text, at)) {
            char c = text.charAt(at);
            boolean closes = ")]}".indexOf(c) >= 0;
            if (depth == 0 && (closes || c == ',' || c == ':' || ENDS.contains(word(text, at)) || tagEnds(text, at)))
                return at;
            if ("([{".indexOf(c) >= 0) depth++;
            if (closes) depth--;
        }
        return text.length();
    }

    private static boolean tagEnds(String text, int at) {
        return text.startsWith("%}", at) || text.startsWith("-%}", at) || text.startsWith("-}}", at);
    }

    /// The name that begins at `at`, or nothing.
    private static String word(String text, int at) {
        int end = at;
        while (end < text.length() && isLetter(text.charAt(end))) end++;
        return text.substring(at, end);
    }

    private static boolean isLetter(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    /// Behind the name, the quoted text or the character at `at`.
    private static int next(String text, int at) {
        char c = text.charAt(at);
        if (isLetter(c)) return at + word(text, at).length();
        if (c != '\'' && c != '"') return at + 1;
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != c) end += text.charAt(end) == '\\' ? 2 : 1;
        return Math.min(end + 1, text.length());
    }
}
