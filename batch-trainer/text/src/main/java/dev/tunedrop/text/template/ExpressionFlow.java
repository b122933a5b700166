package dev.tunedrop.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.tunedrop.text.template.Kind.Unfollowed;

/// Follows contents through one expression of a template; everything that could depend on what a content says is
/// [Unfollowed], and so is what is not understood.
///
/// ```
/// either   any [if any else either]                       compare  sum [== != < <= > >= in, not in, is] …
/// any      every {or every}                               sum      product {+ - ~ product}
/// every    one {and one}                                  product  value {* / // % ** value}
/// one      not one | compare                              value    name, literal, (either) {.name [..] (..) |filter}
/// ```
final class ExpressionFlow {

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:([A-Za-z_]\\w*)|('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")|(\\d+(?:\\.\\d+)?)"
                    + "|(==|!=|<=|>=|//|\\*\\*|[-+*/%~<>()\\[\\]{},:.|=]))",
            Pattern.DOTALL);
    /// Those that look at a value's type alone.
    private static final Set<String> TESTS =
            Set.of("defined", "none", "string", "mapping", "iterable", "sequence", "number");

    private static final Set<String> TEXT_TO_TEXT = Set.of("trim", "upper", "lower", "title", "capitalize", "string");
    private static final Set<String> WORDS = Set.of("and", "or", "not", "in", "is", "if", "else");
    private static final String END = "";

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Kind> names;
    private int at;

    /// What stands behind a condition that is never true is read past.
    private int unreached;

    /// @param names what names stand for; `a.b` where an attribute was set
    ExpressionFlow(String expression, Map<String, Kind> names) throws Unfollowed {
        this.names = names;
        Matcher next = TOKEN.matcher(expression);
        int from = 0;
        while (next.region(from, expression.length()).lookingAt()) {
            tokens.add(next.group().strip());
            from = next.end();
        }
        if (!expression.substring(from).isBlank()) throw new Unfollowed();
    }

    /// The whole expression.
    Kind whole() throws Unfollowed {
        Kind kind = either();
        if (!peek().equals(END)) throw new Unfollowed();
        return kind;
    }

    /// An expression behind which an `if` of another meaning may stand.
    Kind any() throws Unfollowed {
        Kind kind = every();
        while (take("or")) kind = kind == Kind.NEVER ? every() : joined(kind, every());
        return kind;
    }

    boolean take(String token) {
        boolean there = peek().equals(token);
        if (there) at++;
        return there;
    }

    String name() throws Unfollowed {
        String name = peek();
        if (!isName(name) || WORDS.contains(name)) throw new Unfollowed();
        at++;
        return name;
    }

    boolean ended() {
        return peek().equals(END);
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : END;
    }

    private void expect(String token) throws Unfollowed {
        if (!take(token)) throw new Unfollowed();
    }

    private static boolean isName(String token) {
        return !token.isEmpty() && (Character.isLetter(token.charAt(0)) || token.charAt(0) == '_');
    }

    private Kind lost() throws Unfollowed {
        if (unreached > 0) return Kind.PLAIN;
        throw new Unfollowed();
    }

    private Kind joined(Kind one, Kind other) throws Unfollowed {
        return unreached > 0 ? Kind.PLAIN : one.or(other);
    }

    private Kind free(Kind... kinds) throws Unfollowed {
        for (Kind kind : kinds) if (!kind.free()) return lost();
        return Kind.PLAIN;
    }

    private Kind either() throws Unfollowed {
        Kind kind = any();
        if (!take("if")) return kind;
        any();
        return take("else") ? joined(kind, either()) : kind;
    }

    private Kind every() throws Unfollowed {
        Kind kind = one();
        while (take("and")) {
            if (never(kind)) {
                unreached++;
                one();
                unreached--;
            } else {
                Kind next = one();
                kind = never(next) ? Kind.NEVER : joined(kind, next);
            }
        }
        return kind;
    }

    static boolean never(Kind kind) {
        return kind == Kind.NEVER || kind == Kind.NOTHING || kind == Kind.UNDEFINED;
    }

    private Kind one() throws Unfollowed {
        if (!take("not")) return compare();
        one();
        return Kind.PLAIN;
    }

    private Kind compare() throws Unfollowed {
        Kind left = sum();
        while (true) {
            switch (peek()) {
                case "==", "!=" -> left = compared(left, tokens.get(at++));
                case "<", "<=", ">", ">=" -> {
                    at++;
                    left = free(left, sum());
                }
                case "in", "not" -> {
                    if (!take("in")) {
                        at++;
                        expect("in");
                    }
                    Kind right = sum();
                    // a message has a role and a content: that is all there is among its keys
                    left = free(left, right == Kind.MESSAGE ? Kind.PLAIN : right);
                }
                case "is" -> {
                    at++;
                    left = tested(left);
                }
                default -> {
                    return left;
                }
            }
        }
    }

    private Kind compared(Kind left, String operator) throws Unfollowed {
        String literal = peek();
        int from = at;
        Kind right = sum();
        if (left == Kind.ROLE && operator.equals("==") && at == from + 1 && isText(literal))
            return ChatTemplate.FOLLOWED_ROLES.contains(literal.substring(1, literal.length() - 1))
                    ? Kind.PLAIN
                    : Kind.NEVER;
        // no content is empty, or none
        if ((left == Kind.CONTENT && right == Kind.NOTHING) || (left == Kind.NOTHING && right == Kind.CONTENT))
            return Kind.PLAIN;
        return free(left, right);
    }

    private Kind tested(Kind value) throws Unfollowed {
        boolean not = take("not");
        String test = name();
        if (!TESTS.contains(test)) return free(value);
        if (test.equals("defined") && !not && value == Kind.UNDEFINED) return Kind.NEVER;
        if (test.equals("none") && not && (value == Kind.UNDEFINED || value == Kind.NOTHING)) return Kind.NEVER;
        return Kind.PLAIN;
    }

    private Kind sum() throws Unfollowed {
        Kind left = product();
        while (true) {
            if (take("+")) {
                Kind right = product();
                if (left.text() && right.text()) left = together(left, right);
                else left = free(left, right);
            } else if (take("~")) {
                Kind right = product();
                boolean written = (left.free() || left == Kind.CONTENT) && (right.free() || right == Kind.CONTENT);
                left = written ? together(left, right) : lost();
            } else if (take("-")) left = free(left, product());
            else return left;
        }
    }

    private static Kind together(Kind left, Kind right) {
        return left == Kind.CONTENT || right == Kind.CONTENT ? Kind.CONTENT : Kind.TEXT;
    }

    private Kind product() throws Unfollowed {
        Kind left = value();
        while (take("*") || take("/") || take("//") || take("%") || take("**")) left = free(left, value());
        return left;
    }

    private Kind value() throws Unfollowed {
        if (take("-") || take("+")) return free(value());
        String name = "";
        Kind kind;
        String token = peek();
        if (take("(")) {
            kind = either();
            expect(")");
        } else if (take("[")) {
            kind = free(listed("]"));
        } else if (take("{")) {
            kind = free(listed("}"));
        } else if (token.startsWith("'") || token.startsWith("\"")) {
            at++;
            kind = token.length() == 2 ? Kind.NOTHING : Kind.TEXT;
        } else if (!token.isEmpty() && Character.isDigit(token.charAt(0))) {
            at++;
            kind = Kind.PLAIN;
        } else {
            name = name();
            kind = take("(") ? called(name) : named(name);
        }
        return behind(name, kind);
    }

    private Kind named(String name) {
        return switch (name) {
            case "true", "false", "True", "False", "loop" -> Kind.PLAIN;
            case "none", "None" -> Kind.NOTHING;
            default -> names.getOrDefault(name, Kind.UNDEFINED);
        };
    }

    private Kind called(String function) throws Unfollowed {
        Kind kind = free(listed(")"));
        return function.equals("strftime_now") ? Kind.TEXT : kind;
    }

    /// Values up to a closing bracket, each alone, `name=value` or `key: value`.
    private Kind[] listed(String close) throws Unfollowed {
        List<Kind> kinds = new ArrayList<>();
        while (!take(close)) {
            kinds.add(either());
            if (take("=") || take(":")) kinds.add(either());
            if (!take(",") && !peek().equals(close)) throw new Unfollowed();
        }
        return kinds.toArray(new Kind[0]);
    }

    /// Attributes, subscripts, calls and filters behind a value.
    private Kind behind(String name, Kind first) throws Unfollowed {
        Kind kind = first;
        String path = name;
        while (true) {
            if (take(".")) {
                String attribute = name();
                if (take("(")) {
                    kind = method(kind, attribute);
                    path = "";
                } else {
                    path = path + "." + attribute;
                    kind = attribute(kind, attribute, path);
                }
            } else if (take("[")) {
                kind = subscript(kind);
                path = "";
            } else if (take("|")) {
                kind = filtered(kind, name());
                path = "";
            } else return kind;
        }
    }

    private Kind attribute(Kind of, String attribute, String path) throws Unfollowed {
        return switch (of) {
            case MESSAGE -> member(attribute);
            case MESSAGES -> lost();
            case CONTENT, UNDEFINED, NOTHING -> Kind.UNDEFINED;
            case PLAIN, ROLE, TEXT, NEVER ->
                attribute.equals("previtem") || attribute.equals("nextitem")
                        ? lost()
                        : names.getOrDefault(path, Kind.PLAIN);
        };
    }

    private static Kind member(String key) {
        return switch (key) {
            case "role" -> Kind.ROLE;
            case "content" -> Kind.CONTENT;
            default -> Kind.UNDEFINED;
        };
    }

    private Kind method(Kind of, String method) throws Unfollowed {
        String key = literalBefore(")");
        Kind[] given = listed(")");
        if (of == Kind.MESSAGE && method.equals("get") && !key.isEmpty()) return member(key);
        free(given);
        return free(of);
    }

    /// The text of the literal that comes next, if it alone comes before a token; else nothing.
    private String literalBefore(String token) {
        String literal = peek();
        boolean alone =
                isText(literal) && at + 1 < tokens.size() && tokens.get(at + 1).equals(token);
        return alone ? literal.substring(1, literal.length() - 1) : "";
    }

    private static boolean isText(String token) {
        return token.startsWith("'") || token.startsWith("\"");
    }

    private Kind subscript(Kind of) throws Unfollowed {
        String key = literalBefore("]");
        boolean slice = false;
        while (!take("]")) {
            if (take(":")) slice = true;
            else free(either());
        }
        return switch (of) {
            case MESSAGES -> slice ? Kind.MESSAGES : key.isEmpty() ? Kind.MESSAGE : lost();
            case MESSAGE -> key.isEmpty() ? lost() : member(key);
            case CONTENT -> lost();
            case UNDEFINED, NOTHING -> Kind.UNDEFINED;
            case PLAIN, ROLE, TEXT, NEVER -> Kind.PLAIN;
        };
    }

    private Kind filtered(Kind value, String filter) throws Unfollowed {
        boolean given = take("(");
        boolean byRole = given && literalBefore(",").equals("role");
        Kind[] with = given ? listed(")") : new Kind[0];
        free(with);
        return switch (value) {
            case MESSAGES ->
                switch (filter) {
                    case "length", "count" -> Kind.PLAIN;
                    case "first", "last" -> Kind.MESSAGE;
                    case "list" -> Kind.MESSAGES;
                    case "selectattr", "rejectattr" -> byRole ? Kind.MESSAGES : lost();
                    default -> lost();
                };
            case CONTENT -> !given && (filter.equals("trim") || filter.equals("string")) ? Kind.CONTENT : lost();
            case MESSAGE -> lost();
            case ROLE, TEXT -> !given && TEXT_TO_TEXT.contains(filter) ? Kind.TEXT : Kind.PLAIN;
            case UNDEFINED, NOTHING, PLAIN, NEVER -> Kind.PLAIN;
        };
    }
}
