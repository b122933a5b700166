package dev.tunedrop.functions.checks;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// Tool calls that would teach the model to call wrongly: arguments that are not a JSON object or do not fit the tool's
/// schema, tools that are not declared, answers to calls that were not made.
final class ToolCheck implements RowCheck {

    private static final String KEY = "tool/";

    /// Defect → message and remedy.
    private static final Map<String, List<String>> DEFECTS = new LinkedHashMap<>();

    static {
        defect(
                "arguments-not-json",
                "the arguments of a tool call are not a JSON object",
                "Write them as one, in a string.");
        defect(
                "arguments-misfit",
                "the arguments of a tool call do not fit the tool's schema",
                "Correct the call or the schema.");
        defect(
                "unknown",
                "a tool is called that the row does not declare",
                "Declare it in tools, or correct its name.");
        defect("id-unmatched", "a tool message answers a call that was not made before it", "Give it the call's id.");
        defect(
                "schema-unusable",
                "a tool's parameters are no JSON Schema that stands by itself",
                "Write a schema without outside references.");
    }

    private final ToolSchemas schemas = new ToolSchemas();

    private static void defect(String name, String message, String remedy) {
        DEFECTS.put(name, List.of(message, remedy));
    }

    @Override
    public void see(SeenRow seen, Tallies tallies) {
        Set<String> defects = new TreeSet<>();
        switch (seen.row()) {
            case Row.Chat chat -> look(chat.messages(), chat.tools(), defects);
            case Row.Preference pair -> {
                look(pair.chosenChat().messages(), pair.tools(), defects);
                look(pair.rejectedChat().messages(), pair.tools(), defects);
            }
            case Row.Completion none -> {}
            case Row.Text none -> {}
            case Row.Labelled none -> {}
        }
        for (String defect : defects) tallies.add(KEY, defect, seen.line());
    }

    private void look(List<Row.Message> messages, List<Row.Tool> tools, Set<String> defects) {
        Map<String, Row.Tool> declared = new TreeMap<>();
        for (Row.Tool tool : tools) {
            declared.put(tool.name(), tool);
            if (tool.parameters() != null && schemas.of(tool.parameters()) == null) defects.add("schema-unusable");
        }
        Set<String> open = new HashSet<>();
        int withoutId = 0;
        for (Row.Message message : messages) {
            for (Row.ToolCall call : message.toolCalls()) {
                if (call.id() == null) withoutId++;
                else open.add(call.id());
                call(call, declared, defects);
            }
            if (!message.role().equals(Row.Message.TOOL)) continue;
            boolean matched = message.toolCallId() == null ? withoutId-- > 0 : open.remove(message.toolCallId());
            if (!matched) defects.add("id-unmatched");
        }
    }

    private void call(Row.ToolCall call, Map<String, Row.Tool> declared, Set<String> defects) {
        Row.Tool tool = declared.get(call.name());
        if (tool == null) defects.add("unknown");
        JsonNode arguments;
        try {
            arguments = Json.read(call.arguments(), JsonNode.class, "arguments");
        } catch (InvalidDocument e) {
            defects.add("arguments-not-json");
            return;
        }
        if (!arguments.isObject()) {
            defects.add("arguments-not-json");
            return;
        }
        if (tool == null || tool.parameters() == null) return;
        ToolSchemas.Schema schema = schemas.of(tool.parameters());
        if (schema != null && !schema.fits(arguments)) defects.add("arguments-misfit");
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {
        DEFECTS.forEach(
                (name, words) -> tallies.warn(findings, KEY + name, "tool-" + name, words.getFirst(), words.getLast()));
    }
}
