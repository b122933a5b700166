package dev.tunedrop.text.template;

import java.math.BigDecimal;
import java.time.LocalDateTime;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.InterpreterFactory;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.tree.Node;
import org.jspecify.annotations.Nullable;

/// Jinjava's interpreter with Python's way of printing values, the template's clock, and a deadline. The template's
/// tree is made once; rendering only reads it.
final class PythonInterpreter extends JinjavaInterpreter {

    static final long MAX_RENDER_NANOS = 5_000_000_000L;

    private final LocalDateTime now;
    private final Parsed parsed;
    private final long deadlineNanos;

    /// The one template of a factory, and its tree once it was parsed without a fault.
    private static final class Parsed {
        private final String source;
        private volatile @Nullable Node tree;

        Parsed(String source) {
            this.source = source;
        }
    }

    private PythonInterpreter(
            Jinjava application, Context context, JinjavaConfig config, LocalDateTime now, Parsed parsed) {
        super(application, context, config);
        this.now = now;
        this.parsed = parsed;
        this.deadlineNanos = System.nanoTime() + MAX_RENDER_NANOS;
    }

    private PythonInterpreter(PythonInterpreter outer) {
        super(outer);
        this.now = outer.now;
        this.parsed = outer.parsed;
        this.deadlineNanos = outer.deadlineNanos;
    }

    /// @param source the template that will be rendered
    static InterpreterFactory factory(LocalDateTime now, String source) {
        Parsed parsed = new Parsed(source);
        return new InterpreterFactory() {
            @Override
            public JinjavaInterpreter newInstance(JinjavaInterpreter outer) {
                return new PythonInterpreter((PythonInterpreter) outer);
            }

            @Override
            public JinjavaInterpreter newInstance(Jinjava application, Context context, JinjavaConfig config) {
                return new PythonInterpreter(application, context, config, now, parsed);
            }
        };
    }

    @Override
    public Node parse(String template) {
        if (!template.equals(parsed.source)) return super.parse(template);
        Node known = parsed.tree;
        if (known != null) return known;
        Node tree = super.parse(template);
        if (getErrors().isEmpty()) parsed.tree = tree;
        return tree;
    }

    LocalDateTime now() {
        return now;
    }

    void checkDeadline() {
        if (System.nanoTime() > deadlineNanos)
            throw new InterpretException("takes longer than " + MAX_RENDER_NANOS / 1_000_000_000L + " s");
    }

    @Override
    public String getAsString(@Nullable Object value) {
        checkDeadline();
        return switch (value) {
            case null -> "";
            case Boolean flag -> flag ? "True" : "False";
            case Double number -> number(number);
            case String text -> text;
            default -> super.getAsString(value);
        };
    }

    /// Python's `repr` of a float, for the range in which Java's shortest form has the same digits.
    static String number(double value) {
        if (Double.isNaN(value)) return "nan";
        if (Double.isInfinite(value)) return value > 0 ? "inf" : "-inf";
        double size = Math.abs(value);
        if (size == 0) return Double.toString(value); // a zero has a sign
        if (size < 1e-4 || size >= 1e16) {
            String[] parts = Double.toString(value).split("E", 2);
            int exponent = Integer.parseInt(parts[1]);
            String digits = parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
            return digits + (exponent < 0 ? "e-%02d" : "e+%02d").formatted(Math.abs(exponent));
        }
        String plain = new BigDecimal(Double.toString(value)).toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }
}
