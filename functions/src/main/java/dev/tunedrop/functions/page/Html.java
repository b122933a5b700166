package dev.tunedrop.functions.page;

import java.util.Locale;

/// HTML as text. Everything that is not ours goes through [#escape(String)].
final class Html {

    private final StringBuilder page = new StringBuilder();

    /// Adds a template, each `%s` in it replaced by an escaped argument.
    Html add(String template, Object... arguments) {
        Object[] escaped = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) escaped[i] = escape(String.valueOf(arguments[i]));
        page.append(template.formatted(escaped)).append('\n');
        return this;
    }

    /// Adds text as it stands, without a line end.
    Html raw(String html) {
        page.append(html);
        return this;
    }

    /// Adds escaped text, without a line end.
    Html text(String text) {
        page.append(escape(text));
        return this;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    static String bytes(long bytes) {
        if (bytes < 1 << 10) return number(bytes) + " bytes";
        if (bytes < 1 << 20) return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    static String sentence(String text) {
        if (text.isEmpty()) return text;
        String capital = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return ".?!".indexOf(capital.charAt(capital.length() - 1)) < 0 ? capital + "." : capital;
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
