package dev.tunedrop.text.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.TextNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;

import dev.tunedrop.text.template.Kind.Unfollowed;

/// Reads a template and tells whether it writes contents whole or trimmed and decides nothing by what they say: then
/// what it writes around them hangs on the roles alone, and on which contents are empty.
///
/// Chats are meant whose messages have a role and a content and nothing else, and none of whose contents is white space
/// only. Names are followed through the whole template at once, whatever their scope, until nothing new is found. What
/// is not understood counts as a no.
final class ContentFlow {

    private final Map<String, Kind> names = new HashMap<>();
    private boolean changed;

    private ContentFlow(Set<String> texts) {
        for (String text : texts) names.put(text, Kind.TEXT);
        names.put("messages", Kind.MESSAGES);
        names.put("add_generation_prompt", Kind.PLAIN);
        names.put("strftime_now", Kind.PLAIN);
    }

    /// @param texts names that are given texts
    static boolean leavesContentsAlone(Node template, Set<String> texts) {
        ContentFlow flow = new ContentFlow(texts);
        try {
            do {
                flow.changed = false;
                flow.through(template.getChildren());
            } while (flow.changed);
            return true;
        } catch (Unfollowed e) {
            return false;
        }
    }

    private void through(List<Node> nodes) throws Unfollowed {
        boolean reached = true;
        for (Node node : nodes) {
            if (node instanceof TagNode tag && tag.getName().equals("elif")) reached = canBe(tag.getHelpers());
            else if (node instanceof TagNode tag && tag.getName().equals("else")) reached = true;
            else if (reached) through(node);
        }
    }

    private void through(Node node) throws Unfollowed {
        switch (node) {
            case TextNode text -> {}
            case ExpressionNode output -> {
                Kind kind = kind(((ExpressionToken) output.getMaster()).getExpr());
                if (kind == Kind.MESSAGE || kind == Kind.MESSAGES) throw new Unfollowed();
            }
            case TagNode tag -> {
                switch (tag.getName()) {
                    case "if" -> branches(tag);
                    case "for" -> loop(tag);
                    case "set" -> set(tag);
                    case "generation" -> through(tag.getChildren());
                    default -> throw new Unfollowed();
                }
            }
            default -> throw new Unfollowed();
        }
    }

    private Kind kind(String expression) throws Unfollowed {
        return new ExpressionFlow(expression, names).whole();
    }

    private boolean canBe(String condition) throws Unfollowed {
        return !ExpressionFlow.never(kind(condition));
    }

    private void branches(TagNode tag) throws Unfollowed {
        List<Node> children = tag.getChildren();
        if (canBe(tag.getHelpers())) {
            through(children);
            return;
        }
        for (int i = 0; i < children.size(); i++) {
            if (!(children.get(i) instanceof TagNode next)) continue;
            if (!next.getName().equals("elif") && !next.getName().equals("else")) continue;
            through(children.subList(i, children.size()));
            return;
        }
    }

    private void loop(TagNode tag) throws Unfollowed {
        ExpressionFlow head = new ExpressionFlow(tag.getHelpers(), names);
        String first = head.name();
        boolean one = true;
        while (head.take(",")) {
            one = false;
            give(head.name(), Kind.PLAIN);
        }
        if (!head.take("in")) throw new Unfollowed();
        Kind items = head.any();
        if (items == Kind.MESSAGES && one) give(first, Kind.MESSAGE);
        else if (items.free()) give(first, Kind.PLAIN);
        else throw new Unfollowed();
        if (head.take("if")) head.any();
        if (!head.ended()) throw new Unfollowed();
        through(tag.getChildren());
    }

    private void set(TagNode tag) throws Unfollowed {
        ExpressionFlow head = new ExpressionFlow(tag.getHelpers(), names);
        String name = head.name();
        if (head.take(".")) {
            String attribute = head.name();
            if (!head.take("=") || !head.whole().free()) throw new Unfollowed();
            give(name + "." + attribute, Kind.PLAIN);
            return;
        }
        if (!head.take("=")) throw new Unfollowed();
        give(name, head.whole());
    }

    private void give(String name, Kind kind) throws Unfollowed {
        Kind before = names.getOrDefault(name, Kind.UNDEFINED);
        Kind now = before.or(kind);
        changed |= now != before;
        names.put(name, now);
    }
}
