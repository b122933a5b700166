package dev.tunedrop.functions.targets;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.Row.Message;

/// Writes rows as a target takes them, one JSON object each. What is changed on the way is what the target's verdict
/// says; a row that its verdict refuses must not come here.
public final class Conversion {

    private static final String BETWEEN = "\n\n";

    private final Target target;

    public Conversion(Target target) {
        this.target = target;
    }

    /// The row on one line, without its end.
    public String line(Row row) {
        DatasetFormat format = target.formatFor(row.kind())
                .orElseThrow(() -> new IllegalArgumentException(target.name() + " takes no rows of the kind "
                        + row.kind().word()));
        return Json.writeLine(
                switch (format) {
                    case OPENAI_CHAT -> openAiChat(chat(row));
                    case OPENAI_PREFERENCE -> openAiPreference((Row.Preference) row);
                    case PROMPT_COMPLETION -> promptCompletion(row);
                    case BEDROCK_CONVERSATION -> bedrock(chat(row).messages());
                    case BEDROCK_PREFERENCE -> bedrockPreference((Row.Preference) row);
                    case VERTEX_CONTENTS -> vertex(chat(row).messages());
                    case VERTEX_PREFERENCE -> vertexPreference((Row.Preference) row);
                    case TEXT -> object().put("text", ((Row.Text) row).text());
                    case TEXT_LABEL ->
                        object().put("text", ((Row.Labelled) row).text()).put("label", ((Row.Labelled) row).label());
                    case ALPACA, SHAREGPT, PREFERENCE ->
                        throw new IllegalStateException("no target takes " + format.id());
                });
    }

    private static Row.Chat chat(Row row) {
        return switch (row) {
            case Row.Chat chat -> chat;
            case Row.Completion pair -> pair.asChat();
            case Row.Preference p -> throw noChat(p);
            case Row.Text t -> throw noChat(t);
            case Row.Labelled l -> throw noChat(l);
        };
    }

    private static IllegalArgumentException noChat(Row row) {
        return new IllegalArgumentException("a row of the kind " + row.kind().word() + " is no chat");
    }

    private static ObjectNode openAiChat(Row.Chat chat) {
        ObjectNode row = object();
        ArrayNode messages = row.putArray("messages");
        for (Message message : CallIds.given(chat.messages())) messages.add(openAi(message, true));
        tools(row, chat.tools());
        if (chat.parallelToolCalls() != null) row.put("parallel_tool_calls", chat.parallelToolCalls());
        return row;
    }

    private static ObjectNode openAiPreference(Row.Preference pair) {
        ObjectNode row = object();
        ObjectNode input = row.putObject("input");
        ArrayNode prompt = input.putArray("messages");
        for (Message message : CallIds.given(pair.prompt())) prompt.add(openAi(message, false));
        tools(input, pair.tools());
        ArrayNode preferred = row.putArray("preferred_output");
        for (Message message : pair.chosen()) preferred.add(openAi(message, false));
        ArrayNode other = row.putArray("non_preferred_output");
        for (Message message : pair.rejected()) other.add(openAi(message, false));
        return row;
    }

    /// @param weights whether an answer that is not trained says so
    private static ObjectNode openAi(Message message, boolean weights) {
        ObjectNode object = object().put("role", message.role());
        if (!message.content().isEmpty() || message.toolCalls().isEmpty()) object.put("content", message.content());
        if (message.name() != null) object.put("name", message.name());
        if (weights && message.assistant() && !message.trained()) object.put("weight", 0);
        if (message.toolCallId() != null) object.put("tool_call_id", message.toolCallId());
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = object.putArray("tool_calls");
            for (Row.ToolCall call : message.toolCalls()) {
                ObjectNode one = calls.addObject();
                if (call.id() != null) one.put("id", call.id());
                one.put("type", "function");
                one.putObject("function").put("name", call.name()).put("arguments", call.arguments());
            }
        }
        return object;
    }

    private static void tools(ObjectNode row, List<Row.Tool> tools) {
        if (tools.isEmpty()) return;
        ArrayNode array = row.putArray("tools");
        for (Row.Tool tool : tools) {
            ObjectNode function = array.addObject().put("type", "function").putObject("function");
            function.put("name", tool.name());
            if (tool.description() != null) function.put("description", tool.description());
            if (tool.parameters() != null) function.set("parameters", tool.parameters());
            if (tool.strict() != null) function.put("strict", tool.strict());
        }
    }

    private static ObjectNode promptCompletion(Row row) {
        return switch (row) {
            case Row.Completion pair -> object().put("prompt", pair.prompt()).put("completion", pair.completion());
            default -> {
                List<Message> messages = chat(row).messages();
                yield object().put("prompt", joined(messages.subList(0, messages.size() - 1)))
                        .put("completion", messages.getLast().content());
            }
        };
    }

    private static ObjectNode bedrock(List<Message> said) {
        ObjectNode row = object().put("schemaVersion", "bedrock-conversation-2024");
        List<Message> system = system(said);
        if (!system.isEmpty()) row.putArray("system").addObject().put("text", joined(system));
        ArrayNode messages = row.putArray("messages");
        for (Message turn : turns(said)) {
            ObjectNode message = messages.addObject().put("role", turn.role());
            message.putArray("content").addObject().put("text", turn.content());
        }
        return row;
    }

    private static ObjectNode bedrockPreference(Row.Preference pair) {
        ObjectNode row = bedrock(pair.prompt());
        ObjectNode last = row.withArray("messages").addObject().put("role", Message.ASSISTANT);
        ArrayNode candidates = last.putArray("candidates");
        candidate(candidates, pair.chosen(), "preferred");
        candidate(candidates, pair.rejected(), "non-preferred");
        return row;
    }

    private static void candidate(ArrayNode candidates, List<Message> output, String label) {
        ObjectNode candidate = candidates.addObject();
        candidate.putArray("content").addObject().put("text", joined(output));
        candidate.put("preferenceLabel", label);
    }

    private static ObjectNode vertex(List<Message> said) {
        ObjectNode row = object();
        List<Message> system = system(said);
        if (!system.isEmpty()) row.set("systemInstruction", content("system", joined(system)));
        ArrayNode contents = row.putArray("contents");
        for (Message turn : turns(said)) contents.add(content(turn.assistant() ? "model" : "user", turn.content()));
        return row;
    }

    private static ObjectNode vertexPreference(Row.Preference pair) {
        ObjectNode row = vertex(pair.prompt());
        ArrayNode completions = row.putArray("completions");
        completions.addObject().put("score", 1).set("completion", content("model", joined(pair.chosen())));
        completions.addObject().put("score", 0).set("completion", content("model", joined(pair.rejected())));
        return row;
    }

    private static JsonNode content(String role, String text) {
        ObjectNode content = object().put("role", role);
        content.putArray("parts").addObject().put("text", text);
        return content;
    }

    private static List<Message> system(List<Message> said) {
        return said.stream()
                .filter(message -> message.role().equals(Message.SYSTEM))
                .toList();
    }

    /// What is said, instructions left out, each role's neighbouring turns joined.
    private static List<Message> turns(List<Message> said) {
        List<Message> turns = new ArrayList<>();
        for (Message message : said) {
            if (message.role().equals(Message.SYSTEM)) continue;
            boolean same = !turns.isEmpty() && turns.getLast().role().equals(message.role());
            if (same) {
                Message before = turns.removeLast();
                turns.add(new Message(message.role(), before.content() + BETWEEN + message.content(), true));
            } else {
                turns.add(message);
            }
        }
        return turns;
    }

    private static String joined(List<Message> messages) {
        return messages.stream().map(Message::content).collect(Collectors.joining(BETWEEN));
    }

    private static ObjectNode object() {
        return Json.mapper().createObjectNode();
    }
}
