package dev.tunedrop.text.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import org.jspecify.annotations.Nullable;

/// What Hugging Face adds to Jinja (`raise_exception`, `strftime_now`, its own `tojson`, the `generation` block), and
/// the filters whose Jinjava namesakes answer differently from Python's. Public only because Jinjava calls its
/// functions by reflection.
public final class TemplateLibrary {

    /// What a template says with `raise_exception`, told apart from our own refusals by this prefix.
    static final String RAISED = "raise_exception: ";

    private static final Map<Character, String> DATE_PATTERNS = Map.ofEntries(
            Map.entry('d', "dd"),
            Map.entry('m', "MM"),
            Map.entry('Y', "yyyy"),
            Map.entry('y', "yy"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('p', "a"),
            Map.entry('j', "DDD"));

    private TemplateLibrary() {}

    static void register(Context context) {
        context.registerFunction(function("raise_exception", "raiseException"));
        context.registerFunction(function("strftime_now", "strftimeNow"));
        context.registerFilter(new Named("tojson", (value, given, named) -> {
            Object indent = named.getOrDefault("indent", given.length > 0 ? given[0] : null);
            boolean sorted = Boolean.TRUE.equals(named.get("sort_keys"));
            return PythonJson.write(value, indent instanceof Number n ? n.intValue() : -1, sorted);
        }));
        context.registerFilter(new Named("trim", (value, given, named) -> PythonText.strip(text(value))));
        context.registerFilter(new Named(
                "items",
                (value, given, named) -> value instanceof Map<?, ?> map ? List.copyOf(map.entrySet()) : List.of()));
        // a text is a sequence of characters, and a mapping one of keys
        for (String name : List.of("iterable", "sequence"))
            context.registerExpTest(new Holds(
                    name,
                    value -> value instanceof String || value instanceof Collection<?> || value instanceof Map<?, ?>));
        context.registerTag(new PythonTruth.If());
        context.registerTag(new PythonFor());
        context.registerTag(new GenerationTag());
    }

    private static ELFunctionDefinition function(String name, String method) {
        return new ELFunctionDefinition("", name, TemplateLibrary.class, method, String.class);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : JinjavaInterpreter.getCurrent().getAsString(value);
    }

    /// `raise_exception(message)`: the template refuses the chat.
    public static String raiseException(String message) {
        throw new InterpretException(RAISED + message);
    }

    /// `strftime_now(format)`: the template's clock, in English, whatever the machine's language.
    public static String strftimeNow(String format) {
        LocalDateTime now = ((PythonInterpreter) JinjavaInterpreter.getCurrent()).now();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char code = format.charAt(++i);
            String pattern = DATE_PATTERNS.get(code);
            if (code == '%') out.append('%');
            else if (pattern == null)
                throw new InterpretException("uses %" + code + " in a date, which is not supported here");
            else out.append(DateTimeFormatter.ofPattern(pattern, Locale.US).format(now));
        }
        return out.toString();
    }

    @FunctionalInterface
    private interface Body {
        Object apply(@Nullable Object value, Object[] given, Map<String, Object> named);
    }

    private record Named(String name, Body body) implements AdvancedFilter {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, Object[] given, Map<String, Object> named) {
            return body.apply(value, given, named);
        }
    }

    private record Holds(String name, Predicate<@Nullable Object> test) implements ExpTest {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean evaluate(@Nullable Object value, JinjavaInterpreter interpreter, Object... given) {
            return test.test(value);
        }
    }

    /// `{% generation %}…{% endgeneration %}` marks the assistant's text for Python's trainers; it renders its body.
    private static final class GenerationTag implements Tag {
        private static final long serialVersionUID = 1L;

        @Override
        public String getName() {
            return "generation";
        }

        @Override
        public String interpret(TagNode node, JinjavaInterpreter interpreter) {
            StringBuilder out = new StringBuilder();
            for (Node child : node.getChildren()) out.append(child.render(interpreter));
            return out.toString();
        }
    }
}
