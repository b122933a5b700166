package dev.tunedrop.text.template;

import java.io.Serial;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.IfTag;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.util.ObjectTruthValue;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.tree.TreeBuilder;
import jinjava.javax.el.ExpressionFactory;
import org.jspecify.annotations.Nullable;

/// What Python takes for true: a text that is not empty, whatever it says. Jinjava takes the text `false` for false,
/// which would leave a message out that says so.
final class PythonTruth {

    private PythonTruth() {}

    static boolean of(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case String text -> !text.isEmpty();
            case Collection<?> items -> !items.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> ObjectTruthValue.evaluate(value);
        };
    }

    /// Jinjava, with this truth in its expressions.
    static Jinjava jinjava(JinjavaConfig config) {
        return new Engine(config);
    }

    private static final class Engine extends Jinjava {
        private final ExpressionFactory expressions;

        Engine(JinjavaConfig config) {
            super(config);
            Properties syntax = new Properties();
            syntax.setProperty(TreeBuilder.class.getName(), ExtendedSyntaxBuilder.class.getName());
            expressions = new ExpressionFactoryImpl(syntax, new Converter());
        }

        @Override
        public ExpressionFactory getExpressionFactory() {
            return expressions;
        }
    }

    private static final class Converter extends TruthyTypeConverter {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        protected Boolean coerceToBoolean(@Nullable Object value) {
            return of(value);
        }
    }

    /// `{% if %}` and its `elif`.
    static final class If extends IfTag {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isPositiveIfElseNode(TagNode node, JinjavaInterpreter interpreter) {
            return of(interpreter.resolveELExpression(node.getHelpers(), node.getLineNumber()));
        }
    }
}
