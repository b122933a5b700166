package dev.tunedrop.tinybase;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A grammar of text with memory: draws sentences, and the same thing twice where a text needs that.
///
/// `== rule` opens a rule; each line below it is one way to write it (`3* line` counts three times). In a line,
/// `{rule}` draws from another rule, `{rule@x}` draws once and says the same at the next `{rule@x}`, `{rule@x.1}` takes
/// the second of the fields that ` ~ ` separates, and `(one|other|)` picks one of its parts. `#` starts a comment line.
final class Grammar {

    private static final Pattern SLOT = Pattern.compile("\\{([a-z_]+)(?:@([a-z0-9]+)(?:\\.(\\d+))?)?}");
    private static final Pattern CHOICE = Pattern.compile("\\(([^()]*\\|[^()]*)\\)");
    private static final Pattern WEIGHT = Pattern.compile("(\\d+)\\*(?: (.*))?");
    private static final Pattern AN = Pattern.compile("\\b([Aa]) (?=[aeiouAEIO](?!ne\\b|ser\\b|nit|sual))");
    private static final int MAX_DEPTH = 40;
    private static final int TRIES = 10;

    private final Map<String, List<String>> rules;

    private Grammar(Map<String, List<String>> rules) {
        this.rules = rules;
    }

    /// Reads a grammar from resources beside this class, one after the other.
    static Grammar resources(String... names) {
        StringBuilder source = new StringBuilder();
        for (String name : names) {
            try (InputStream in = Grammar.class.getResourceAsStream(name)) {
                if (in == null) throw new IllegalStateException("no grammar " + name);
                source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the grammar " + name, e);
            }
        }
        return parse(source.toString());
    }

    static Grammar parse(String source) {
        Map<String, List<String>> rules = new LinkedHashMap<>();
        List<String> open = new ArrayList<>();
        for (String line : source.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) continue;
            if (line.startsWith("== ")) {
                open = rules.computeIfAbsent(line.substring(3).strip(), rule -> new ArrayList<>());
                continue;
            }
            Matcher weight = WEIGHT.matcher(line);
            boolean weighted = weight.matches();
            for (int i = weighted ? Integer.parseInt(weight.group(1)) : 1; i > 0; i--)
                open.add(weighted ? Objects.requireNonNullElse(weight.group(2), "") : line);
        }
        Grammar grammar = new Grammar(rules);
        grammar.refuseUnknownRules();
        return grammar;
    }

    private void refuseUnknownRules() {
        rules.forEach((rule, lines) -> lines.forEach(line -> {
            Matcher slot = SLOT.matcher(line);
            while (slot.find())
                if (!rules.containsKey(slot.group(1)))
                    throw new IllegalArgumentException(
                            "rule %s names %s, which does not exist".formatted(rule, slot.group(1)));
        }));
    }

    /// How many ways a rule has.
    int ways(String rule) {
        return rules.getOrDefault(rule, List.of()).size();
    }

    /// One text of a rule, as drawn: [#polish] its parts once they are taken apart.
    String draw(String rule, Random random) {
        return expand(rule, random, new HashMap<>(), 0);
    }

    private String expand(String rule, Random random, Map<String, String> memory, int depth) {
        if (depth > MAX_DEPTH) throw new IllegalStateException("rule " + rule + " never ends");
        List<String> lines = rules.get(rule);
        if (lines == null) throw new IllegalArgumentException("no rule " + rule);
        String line = choose(lines.get(random.nextInt(lines.size())), random);
        Matcher slot = SLOT.matcher(line);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (slot.find()) {
            out.append(line, at, slot.start()).append(slot(slot, random, memory, depth));
            at = slot.end();
        }
        return out.append(line, at, line.length()).toString();
    }

    private String slot(Matcher slot, Random random, Map<String, String> memory, int depth) {
        String rule = slot.group(1);
        if (slot.group(2) == null) return expand(rule, random, memory, depth + 1);
        String key = rule + "@" + slot.group(2);
        String drawn = memory.get(key);
        if (drawn == null) {
            drawn = expand(rule, random, memory, depth + 1);
            for (int i = 0; i < TRIES && alreadySaid(rule, drawn, memory); i++)
                drawn = expand(rule, random, memory, depth + 1);
            memory.put(key, drawn);
        }
        if (slot.group(3) == null) return drawn;
        String[] fields = drawn.split(" ~ ");
        return fields[Integer.parseInt(slot.group(3))];
    }

    /// Whether another name of the same rule holds this text: two different things should differ.
    private static boolean alreadySaid(String rule, String drawn, Map<String, String> memory) {
        return memory.entrySet().stream()
                .anyMatch(said ->
                        said.getKey().startsWith(rule + "@") && said.getValue().equals(drawn));
    }

    private static String choose(String line, Random random) {
        String text = line;
        for (Matcher choice = CHOICE.matcher(text); choice.find(); choice = CHOICE.matcher(text)) {
            String[] parts = choice.group(1).split("\\|", -1);
            text = text.substring(0, choice.start())
                    + parts[random.nextInt(parts.length)]
                    + text.substring(choice.end());
        }
        return text;
    }

    /// Mends what drawing leaves: doubled blanks, `a` before a vowel, small letters at the start of sentences.
    static String polish(String drawn) {
        String text =
                drawn.replaceAll(" {2,}", " ").replaceAll(" ([.,!?;])", "$1").strip();
        text = AN.matcher(text).replaceAll("$1n ");
        StringBuilder out = new StringBuilder(text);
        boolean start = true;
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (start && Character.isLetter(c)) out.setCharAt(i, Character.toUpperCase(c));
            if (Character.isLetterOrDigit(c)) start = false;
            else if ((c == '.' || c == '!' || c == '?') && (i + 1 == out.length() || out.charAt(i + 1) == ' '))
                start = true;
        }
        return out.toString();
    }
}
