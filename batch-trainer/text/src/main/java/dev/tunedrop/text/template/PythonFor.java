package dev.tunedrop.text.template;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ElseTag;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.TagToken;
import com.hubspot.jinjava.util.ForLoop;
import com.hubspot.jinjava.util.ObjectIterator;
import org.apache.commons.lang3.tuple.Pair;
import org.jspecify.annotations.Nullable;

/// `{% for x in list if condition %}`: Jinjava's loop, plus Python's condition, plus the deadline at every turn.
final class PythonFor extends ForTag {
    private static final long serialVersionUID = 1L;

    @Override
    public String interpretUnchecked(TagNode node, JinjavaInterpreter interpreter) {
        for (Node child : node.getChildren())
            if (child instanceof TagNode tag && tag.getName().equals(ElseTag.TAG_NAME))
                throw new InterpretException(
                        "has a for with an else, which is not supported here", node.getLineNumber());
        Pair<List<String>, String> head = getLoopVarsAndExpression((TagToken) node.getMaster());
        List<String> names = head.getLeft();
        String expression = head.getRight();
        int condition = conditionStart(expression);
        String source = condition < 0 ? expression : expression.substring(0, condition);
        List<@Nullable Object> items = items(interpreter.resolveELExpression(source, node.getLineNumber()));
        if (condition >= 0) {
            String test = expression.substring(condition + " if ".length());
            items = kept(items, names, test, interpreter, node.getLineNumber());
        }
        return renderForCollection(node, interpreter, names, new Timed(items, (PythonInterpreter) interpreter));
    }

    private static List<@Nullable Object> items(@Nullable Object collection) {
        List<@Nullable Object> items = new ArrayList<>();
        ForLoop loop = ObjectIterator.getLoop(collection);
        while (loop.hasNext()) items.add(loop.next());
        return items;
    }

    private static List<@Nullable Object> kept(
            List<@Nullable Object> items, List<String> names, String test, JinjavaInterpreter interpreter, int line) {
        List<@Nullable Object> kept = new ArrayList<>();
        for (Object item : items) {
            interpreter.enterScope();
            try {
                bind(names, item, interpreter, line);
                if (PythonTruth.of(interpreter.resolveELExpression(test, line))) kept.add(item);
            } finally {
                interpreter.leaveScope();
            }
        }
        return kept;
    }

    private static void bind(List<String> names, @Nullable Object item, JinjavaInterpreter interpreter, int line) {
        List<?> values = switch (item) {
            case Map.Entry<?, ?> entry when names.size() == 2 -> List.of(entry.getKey(), entry.getValue());
            case List<?> parts when names.size() == parts.size() && names.size() > 1 -> parts;
            case null -> Collections.singletonList(null);
            default -> List.of(item);
        };
        if (values.size() != names.size())
            throw new InterpretException("unpacks a loop's items into the wrong number of names", line);
        for (int i = 0; i < names.size(); i++)
            interpreter.getContext().put(names.get(i), interpreter.wrap(values.get(i)));
    }

    /// Where ` if ` stands outside quotes and brackets, or -1.
    private static int conditionStart(String expression) {
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (quote != 0) {
                if (c == '\\') i++;
                else if (c == quote) quote = 0;
            } else if (c == '\'' || c == '"') quote = c;
            else if ("([{".indexOf(c) >= 0) depth++;
            else if (")]}".indexOf(c) >= 0) depth--;
            else if (depth == 0 && expression.startsWith(" if ", i)) return i;
        }
        return -1;
    }

    /// A list that looks at the clock whenever an item is taken.
    private static final class Timed extends AbstractList<@Nullable Object> implements RandomAccess {
        private final List<@Nullable Object> items;
        private final PythonInterpreter interpreter;

        Timed(List<@Nullable Object> items, PythonInterpreter interpreter) {
            this.items = items;
            this.interpreter = interpreter;
        }

        @Override
        public @Nullable Object get(int index) {
            interpreter.checkDeadline();
            return items.get(index);
        }

        @Override
        public int size() {
            return items.size();
        }
    }
}
