package dev.tunedrop.text.template;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/// JSON as Python's `json.dumps(value, ensure_ascii=False)` writes it: a blank after `,` and `:`, characters outside
/// ASCII as they are. Tool definitions reach the model in exactly this form.
final class PythonJson {

    private final StringBuilder out = new StringBuilder();
    private final int indent;
    private final boolean sortKeys;

    private PythonJson(int indent, boolean sortKeys) {
        this.indent = indent;
        this.sortKeys = sortKeys;
    }

    /// @param indent blanks per level, or -1 for one line
    static String write(@Nullable Object value, int indent, boolean sortKeys) {
        PythonJson json = new PythonJson(indent, sortKeys);
        json.value(value, 1);
        return json.out.toString();
    }

    private void value(@Nullable Object value, int level) {
        switch (value) {
            case null -> out.append("null");
            case Boolean flag -> out.append(flag);
            case Double number -> out.append(PythonInterpreter.number(number));
            case Number number -> out.append(number);
            case Map<?, ?> map ->
                each('{', '}', (sortKeys ? new TreeMap<>(map) : map).entrySet(), level, entry -> {
                    string(String.valueOf(entry.getKey()));
                    out.append(": ");
                    value(entry.getValue(), level + 1);
                });
            case Collection<?> list -> each('[', ']', list, level, item -> value(item, level + 1));
            case Object[] array -> value(List.of(array), level);
            default -> string(value.toString());
        }
    }

    private <T> void each(char open, char close, Collection<T> items, int level, Consumer<T> write) {
        out.append(open);
        Iterator<T> iterator = items.iterator();
        while (iterator.hasNext()) {
            lineBreak(level);
            write.accept(iterator.next());
            if (iterator.hasNext()) out.append(indent < 0 ? ", " : ",");
        }
        if (!items.isEmpty()) lineBreak(level - 1);
        out.append(close);
    }

    private void lineBreak(int level) {
        if (indent >= 0) out.append('\n').repeat(" ", indent * level);
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20) out.append("\\u%04x".formatted((int) c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }
}
