package dev.tunedrop.functions.dataset;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// Files whose one bad row is valid JSON with one field missing or of a wrong kind: every field of every good row ×
/// what can be wrong with it, each with the rule that must refuse it.
final class BadFields {

    private static final String MARKER = "\"@here@\"";

    private BadFields() {}

    /// What refuses a field, by what is wrong with it; empty where nothing is, or where another rule's case covers it.
    ///
    /// @param told whether the place told is the value's own
    private record Expect(String missing, String nulled, String wrong, String empty, boolean told) {}

    private static Expect text(String missing) {
        return new Expect(missing, "content-not-text", "content-not-text", "", true);
    }

    private static final Expect ROLE = new Expect("role-missing", "role-unknown", "role-unknown", "role-unknown", true);
    private static final Expect CONTENT =
            new Expect("content-missing", "content-missing", "content-not-text", "", true);
    private static final Expect MESSAGE = new Expect("", "message-not-object", "message-not-object", "", true);
    private static final Expect PARTS =
            new Expect("content-missing", "content-not-text", "content-not-text", "content-missing", true);
    private static final Expect PART = new Expect("", "modality-unsupported", "modality-unsupported", "", true);
    private static final Expect PART_TEXT =
            new Expect("modality-unsupported", "modality-unsupported", "modality-unsupported", "", false);
    private static final Expect CALL = all("tool-call-invalid");
    private static final Expect TOOL = all("tools-invalid");
    private static final Expect OPTIONAL_TOOL = new Expect("", "", "tools-invalid", "", false);
    private static final Expect OUTPUT =
            new Expect("messages-not-list", "messages-not-list", "messages-not-list", "messages-empty", true);
    private static final Expect FIRST_LIST =
            new Expect("row-unknown-format", "messages-not-list", "messages-not-list", "messages-empty", true);

    private static final Expect OUTPUT_LIST =
            new Expect("", "messages-not-list", "messages-not-list", "messages-empty", true);
    private static final Expect PAIR_LABEL =
            new Expect("preference-label", "preference-label", "preference-label", "preference-label", true);

    private static Expect all(String rule) {
        return new Expect(rule, rule, rule, "", false);
    }

    private static final Map<String, Expect> TABLE = Map.ofEntries(
            Map.entry("openai-chat /messages", FIRST_LIST),
            Map.entry("openai-chat /messages/*", MESSAGE),
            Map.entry("openai-chat /messages/*/role", ROLE),
            Map.entry("openai-chat /messages/*/content", CONTENT),
            Map.entry(
                    "openai-chat /messages/*/tool_calls",
                    new Expect("content-missing", "content-missing", "tool-call-invalid", "content-missing", false)),
            Map.entry(
                    "openai-chat /messages/*/tool_calls/*",
                    new Expect("", "tool-call-invalid", "tool-call-invalid", "", false)),
            Map.entry("openai-chat /messages/*/tool_calls/*/type", CALL),
            Map.entry("openai-chat /messages/*/tool_calls/*/function", CALL),
            Map.entry("openai-chat /messages/*/tool_calls/*/function/name", CALL),
            Map.entry("openai-chat /messages/*/tool_calls/*/function/arguments", CALL),
            Map.entry("openai-chat /messages/*/tool_call_id", all("tool-call-id-missing")),
            Map.entry("openai-chat /tools", OPTIONAL_TOOL),
            Map.entry("openai-chat /tools/*", new Expect("", "tools-invalid", "tools-invalid", "", true)),
            Map.entry("openai-chat /tools/*/type", TOOL),
            Map.entry("openai-chat /tools/*/function", TOOL),
            Map.entry("openai-chat /tools/*/function/name", TOOL),
            Map.entry("openai-chat /tools/*/function/description", OPTIONAL_TOOL),
            Map.entry("openai-chat /tools/*/function/parameters", OPTIONAL_TOOL),
            Map.entry("openai-chat /parallel_tool_calls", OPTIONAL_TOOL),
            Map.entry("prompt-completion /prompt", text("field-missing")),
            Map.entry(
                    "prompt-completion /completion",
                    new Expect("field-missing", "content-not-text", "content-not-text", "completion-empty", false)),
            Map.entry("prompt-completion /prompt/*", MESSAGE),
            Map.entry("prompt-completion /prompt/*/role", ROLE),
            Map.entry("prompt-completion /prompt/*/content", CONTENT),
            Map.entry("prompt-completion /completion/*", MESSAGE),
            Map.entry("prompt-completion /completion/*/role", ROLE),
            Map.entry("prompt-completion /completion/*/content", CONTENT),
            Map.entry("alpaca /instruction", text("row-unknown-format")),
            Map.entry("alpaca /input", new Expect("", "", "content-not-text", "", true)),
            Map.entry(
                    "alpaca /output",
                    new Expect("field-missing", "content-not-text", "content-not-text", "completion-empty", false)),
            Map.entry("alpaca /system", new Expect("", "", "content-not-text", "", true)),
            Map.entry("alpaca /history", new Expect("", "", "history-invalid", "", true)),
            Map.entry(
                    "alpaca /history/*", new Expect("", "history-invalid", "history-invalid", "history-invalid", true)),
            Map.entry("alpaca /history/*/*", new Expect("", "history-invalid", "history-invalid", "", false)),
            Map.entry("sharegpt /conversations", FIRST_LIST),
            Map.entry("sharegpt /conversations/*", MESSAGE),
            Map.entry("sharegpt /conversations/*/from", ROLE),
            Map.entry("sharegpt /conversations/*/value", text("field-missing")),
            Map.entry("sharegpt /system", new Expect("", "", "content-not-text", "", true)),
            Map.entry("openai-preference /input", all("field-missing")),
            Map.entry("openai-preference /input/messages", OUTPUT),
            Map.entry("openai-preference /input/messages/*", MESSAGE),
            Map.entry("openai-preference /input/messages/*/role", ROLE),
            Map.entry("openai-preference /input/messages/*/content", CONTENT),
            Map.entry("openai-preference /preferred_output", OUTPUT),
            Map.entry("openai-preference /preferred_output/*", MESSAGE),
            Map.entry("openai-preference /preferred_output/*/role", ROLE),
            Map.entry("openai-preference /preferred_output/*/content", CONTENT),
            Map.entry("openai-preference /non_preferred_output", OUTPUT),
            Map.entry("openai-preference /non_preferred_output/*", MESSAGE),
            Map.entry("openai-preference /non_preferred_output/*/role", ROLE),
            Map.entry("openai-preference /non_preferred_output/*/content", CONTENT),
            Map.entry("openai-preference /preferred_completion", OUTPUT),
            Map.entry("openai-preference /preferred_completion/*/role", ROLE),
            Map.entry("openai-preference /non_preferred_completion", OUTPUT),
            Map.entry("openai-preference /non_preferred_completion/*/content", CONTENT),
            Map.entry("preference /prompt", new Expect("preference-no-prompt", "content-not-text", "", "", true)),
            Map.entry("preference /chosen", new Expect("field-missing", "content-not-text", "", "", true)),
            Map.entry("preference /rejected", new Expect("field-missing", "content-not-text", "", "", true)),
            Map.entry("preference /chosen/*", MESSAGE),
            Map.entry("preference /chosen/*/role", ROLE),
            Map.entry("preference /chosen/*/content", CONTENT),
            Map.entry("preference /rejected/*", MESSAGE),
            Map.entry("preference /rejected/*/role", ROLE),
            Map.entry("preference /rejected/*/content", CONTENT),
            Map.entry("preference /chosen/from", ROLE),
            Map.entry("preference /chosen/value", text("field-missing")),
            Map.entry("preference /rejected/value", text("field-missing")),
            Map.entry("preference /conversations/*", MESSAGE),
            Map.entry("preference /conversations/*/from", ROLE),
            Map.entry("preference /conversations/*/value", text("field-missing")),
            Map.entry(
                    "bedrock-conversation /schemaVersion",
                    new Expect("system-outside", "schema-version", "schema-version", "schema-version", true)),
            Map.entry("bedrock-conversation /system", new Expect("", "", "content-not-text", "content-missing", true)),
            Map.entry("bedrock-conversation /system/*", PART),
            Map.entry("bedrock-conversation /system/*/text", PART_TEXT),
            Map.entry("bedrock-conversation /messages", FIRST_LIST),
            Map.entry("bedrock-conversation /messages/*", MESSAGE),
            Map.entry("bedrock-conversation /messages/*/role", ROLE),
            Map.entry("bedrock-conversation /messages/*/content", PARTS),
            Map.entry("bedrock-conversation /messages/*/content/*", PART),
            Map.entry("bedrock-conversation /messages/*/content/*/text", PART_TEXT),
            Map.entry("vertex-contents /systemInstruction", new Expect("", "", "message-not-object", "", true)),
            Map.entry("vertex-contents /systemInstruction/parts", PARTS),
            Map.entry("vertex-contents /systemInstruction/parts/*", PART),
            Map.entry("vertex-contents /contents", FIRST_LIST),
            Map.entry("vertex-contents /contents/*", MESSAGE),
            Map.entry("vertex-contents /contents/*/role", ROLE),
            Map.entry("vertex-contents /contents/*/parts", PARTS),
            Map.entry("vertex-contents /contents/*/parts/*", PART),
            Map.entry("vertex-contents /contents/*/parts/*/text", PART_TEXT),
            Map.entry("vertex-contents /system_instruction", new Expect("", "", "message-not-object", "", true)),
            Map.entry("vertex-contents /system_instruction/parts", PARTS),
            Map.entry(
                    "bedrock-preference /schemaVersion",
                    new Expect("", "schema-version", "schema-version", "schema-version", true)),
            Map.entry("bedrock-preference /system", new Expect("", "", "content-not-text", "content-missing", true)),
            Map.entry("bedrock-preference /messages/*/role", ROLE),
            Map.entry("bedrock-preference /messages/*/content", PARTS),
            Map.entry("bedrock-preference /messages/*/content/*/text", PART_TEXT),
            Map.entry("bedrock-preference /messages/*/candidates", OUTPUT_LIST),
            Map.entry("bedrock-preference /messages/*/candidates/*", MESSAGE),
            Map.entry("bedrock-preference /messages/*/candidates/*/content", PARTS),
            Map.entry("bedrock-preference /messages/*/candidates/*/content/*", PART),
            Map.entry("bedrock-preference /messages/*/candidates/*/preferenceLabel", PAIR_LABEL),
            Map.entry("vertex-preference /system_instruction", new Expect("", "", "message-not-object", "", true)),
            Map.entry("vertex-preference /contents", FIRST_LIST),
            Map.entry("vertex-preference /contents/*", MESSAGE),
            Map.entry("vertex-preference /contents/*/role", ROLE),
            Map.entry("vertex-preference /contents/*/parts", PARTS),
            Map.entry("vertex-preference /completions", OUTPUT_LIST),
            Map.entry("vertex-preference /completions/*", MESSAGE),
            Map.entry("vertex-preference /completions/*/score", PAIR_LABEL),
            Map.entry(
                    "vertex-preference /completions/*/completion",
                    new Expect("field-missing", "message-not-object", "message-not-object", "", true)),
            Map.entry("vertex-preference /completions/*/completion/role", ROLE),
            Map.entry("vertex-preference /completions/*/completion/parts", PARTS),
            Map.entry(
                    "text /text",
                    new Expect(
                            "row-unknown-format", "content-not-text", "content-not-text", "completion-empty", false)),
            Map.entry(
                    "text-label /text",
                    new Expect(
                            "row-unknown-format", "content-not-text", "content-not-text", "completion-empty", false)),
            Map.entry("text-label /label", new Expect("", "label-invalid", "label-invalid", "label-invalid", true)));

    static List<BadRows.Case> all() {
        List<BadRows.Case> cases = new ArrayList<>();
        for (GoodRows.Good good : GoodRows.ALL) {
            ObjectNode row = (ObjectNode) Json.tree(good.json().getBytes(StandardCharsets.UTF_8), "a good row");
            walk(good, row, JsonPointer.empty(), "", cases);
        }
        return cases;
    }

    private static void walk(
            GoodRows.Good good, JsonNode node, JsonPointer at, String pattern, List<BadRows.Case> cases) {
        Expect expect = TABLE.get(good.format().id() + " " + pattern);
        boolean eitherOf = good.format() == DatasetFormat.PROMPT_COMPLETION && node.isArray();
        if (expect != null && !eitherOf) spoil(good, node, at, expect, cases);
        if (node instanceof ObjectNode object)
            object.properties()
                    .forEach(field -> walk(
                            good,
                            field.getValue(),
                            at.appendProperty(field.getKey()),
                            pattern + "/" + field.getKey(),
                            cases));
        if (node instanceof ArrayNode array)
            for (int i = 0; i < array.size(); i++) walk(good, array.get(i), at.appendIndex(i), pattern + "/*", cases);
    }

    private static void spoil(
            GoodRows.Good good, JsonNode node, JsonPointer at, Expect expect, List<BadRows.Case> cases) {
        if (!expect.missing.isEmpty()) add(good, "without " + at, without(good, at), expect.missing, -1, cases);
        replace(good, at, "null", expect.nulled, expect.told, cases);
        for (String other : List.of(
                "7",
                "-0.5",
                "true",
                "false",
                "\"x\"",
                "[]",
                "{}",
                "[[]]",
                "[null]",
                "[7,\"" + GoodRows.CANARY + "\"]")) {
            boolean sameKind = switch (other.charAt(0)) {
                case '"' -> node.isTextual();
                case '[' -> node.isArray();
                case '{' -> node.isObject();
                case 't', 'f' -> node.isBoolean();
                default -> node.isNumber();
            };
            boolean partsOfText = expect.equals(CONTENT) && other.startsWith("[");
            boolean objectFits = other.equals("{}") && node.isObject();
            boolean alsoLabel = expect.wrong.equals("label-invalid") && (other.equals("7") || other.equals("\"x\""));
            if (!sameKind && !partsOfText && !objectFits && !alsoLabel)
                replace(good, at, other, expect.wrong, expect.told, cases);
        }
        String empty = node.isTextual() ? "\"\"" : node.isArray() ? "[]" : "";
        if (!empty.isEmpty()) replace(good, at, empty, expect.empty, expect.told, cases);
        if (expect.equals(CONTENT)) {
            replace(good, at, "[]", "content-missing", true, cases);
            for (String part : List.of(
                    "7",
                    "null",
                    "\"x\"",
                    "{}",
                    "{\"type\":\"text\"}",
                    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + GoodRows.CANARY + "\"}}",
                    "{\"type\":\"input_audio\"}",
                    "{\"type\":\"file\"}",
                    "{\"type\":\"text\",\"text\":7}"))
                replace(good, at, "[" + part + "]", "modality-unsupported", false, cases);
        }
        if (expect.equals(ROLE))
            for (String role : List.of("bot", "User", "ASSISTANT", "system ", "ipython", GoodRows.CANARY))
                replace(good, at, "\"" + role + "\"", "role-unknown", true, cases);
    }

    private static void replace(
            GoodRows.Good good, JsonPointer at, String value, String rule, boolean told, List<BadRows.Case> cases) {
        if (rule.isEmpty()) return;
        String marked = marked(good, at);
        int offset = marked.indexOf(MARKER);
        add(good, at + " = " + value, marked.replace(MARKER, value), rule, told ? offset : -1, cases);
    }

    private static void add(
            GoodRows.Good good, String what, String row, String rule, int at, List<BadRows.Case> cases) {
        String before = good.json() + "\n\n";
        cases.add(new BadRows.Case(
                good.format().id() + ", " + what,
                (before + row + "\n" + good.json()).getBytes(StandardCharsets.UTF_8),
                rule,
                3,
                at + 1L));
    }

    private static ObjectNode copy(GoodRows.Good good) {
        return (ObjectNode) Json.tree(good.json().getBytes(StandardCharsets.UTF_8), "a good row");
    }

    private static String marked(GoodRows.Good good, JsonPointer at) {
        ObjectNode row = copy(good);
        JsonNode parent = row.at(at.head());
        if (parent instanceof ObjectNode object) object.put(at.last().getMatchingProperty(), "@here@");
        if (parent instanceof ArrayNode array) array.set(at.last().getMatchingIndex(), "@here@");
        return Json.writeLine(row);
    }

    private static String without(GoodRows.Good good, JsonPointer at) {
        ObjectNode row = copy(good);
        if (row.at(at.head()) instanceof ObjectNode object)
            object.remove(at.last().getMatchingProperty());
        return Json.writeLine(row);
    }
}
