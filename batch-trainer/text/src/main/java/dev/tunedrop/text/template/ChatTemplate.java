package dev.tunedrop.text.template;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateSyntaxException;

import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TextException;

/// A model's chat template: Jinja text that turns messages into the one string the model was trained on.
///
/// Rendered as `transformers` does: `trim_blocks` and `lstrip_blocks` on, one final line feed of the template dropped,
/// the tokenizer's special tokens (`bos_token`, …) as variables. Anything Jinjava reports is an error here: a template
/// that renders half is worse than one that is refused. Safe for use by several threads.
public final class ChatTemplate {

    private static final int MAX_OUTPUT_CHARACTERS = 64 << 20;
    private static final int MAX_ITEMS = 1 << 17;
    private static final int MAX_DEPTH = 50;

    /// The roles whose messages' contents are followed through a template.
    static final Set<String> FOLLOWED_ROLES = Set.of("system", "user", "assistant");

    private final String source;
    private final String rendered;
    private final boolean leavesContentsAlone;
    private final Map<String, String> specialTokens;
    private final Jinjava jinjava;

    /// What all renderings share, filters and functions; one at a time uses each.
    private final Queue<Context> idle = new ConcurrentLinkedQueue<>();

    /// @param source the template's text
    /// @param specialTokens variable name (`bos_token`, `eos_token`, …) to token text
    /// @param now the day and time `strftime_now` answers with; fixed, so that the same data make the same tokens
    public ChatTemplate(String source, Map<String, String> specialTokens, LocalDateTime now) {
        this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
        this.rendered = PythonNot.bracketed(this.source);
        this.specialTokens = Map.copyOf(specialTokens);
        LegacyOverrides likePython = LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUsePyishObjectMapper(true)
                .withUseNaturalOperatorPrecedence(true)
                .withParseWhitespaceControlStrictly(true)
                .withAllowAdjacentTextNodes(true)
                .withUseTrimmingForNotesAndExpressions(true)
                .withKeepNullableLoopValues(true)
                .withHandleBackslashInQuotesOnly(true)
                .build();
        this.jinjava = PythonTruth.jinjava(JinjavaConfig.newBuilder()
                .withLegacyOverrides(likePython)
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withKeepTrailingNewline(true)
                .withNestedInterpretationEnabled(false)
                .withElResolver(new PythonValues())
                .withInterperterFactory(PythonInterpreter.factory(now, rendered))
                .withMaxRenderDepth(MAX_DEPTH)
                .withMaxOutputSize(MAX_OUTPUT_CHARACTERS)
                .withMaxStringLength(MAX_OUTPUT_CHARACTERS)
                .withMaxListSize(MAX_ITEMS)
                .withMaxMapSize(MAX_ITEMS)
                .withRangeLimit(MAX_ITEMS)
                .build());
        TemplateLibrary.register(jinjava.getGlobalContext());
        this.leavesContentsAlone = leavesAlone();
    }

    private boolean leavesAlone() {
        try {
            return ContentFlow.leavesContentsAlone(jinjava.newInterpreter().parse(rendered), specialTokens.keySet());
        } catch (TemplateSyntaxException e) {
            return false; // rendering says what is wrong
        }
    }

    public String source() {
        return source;
    }

    /// @param addGenerationPrompt whether to end where the assistant's next words would begin
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return render(messages, List.of(), addGenerationPrompt);
    }

    /// @param tools each a mapping as `tools` of a chat request has them; none: the variable is left out
    public String render(List<ChatMessage> messages, List<JsonNode> tools, boolean addGenerationPrompt) {
        Map<String, Object> variables = new HashMap<>(specialTokens);
        if (!tools.isEmpty())
            variables.put("tools", tools.stream().map(PythonData::of).toList());
        variables.put("messages", asMappings(messages));
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.put("strftime_now", "a function");
        Context shared = idle.poll();
        if (shared == null) shared = jinjava.getGlobalContextCopy();
        String text = render(new Context(shared, variables, Map.of()));
        shared.reset();
        idle.add(shared);
        return text;
    }

    /// As Jinjava's own rendering, which makes a context with every filter and function anew each time; that takes
    /// longer than all the rest.
    private String render(Context context) {
        JinjavaConfig config = jinjava.getGlobalConfig();
        JinjavaInterpreter interpreter = config.getInterpreterFactory().newInstance(jinjava, context, config);
        String text;
        try (var current = JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
            text = current.value().render(rendered);
        } catch (TemplateSyntaxException e) {
            throw refused(TemplateError.fromException(e));
        } catch (InterpretException e) {
            throw refused(TemplateError.fromSyntaxError(e));
        } catch (RuntimeException e) {
            throw refused(TemplateError.fromException(e));
        }
        for (TemplateError error : interpreter.getErrorsCopy()) throw refused(error);
        return text;
    }

    private static TextException refused(TemplateError error) {
        return new TextException(sentence(innermost(error), error.getLineno()), error.getException());
    }

    private static List<Map<String, Object>> asMappings(List<ChatMessage> messages) {
        List<Map<String, Object>> mappings = new ArrayList<>(messages.size());
        for (ChatMessage message : messages) {
            Map<String, Object> mapping = new LinkedHashMap<>();
            mapping.put("role", message.role());
            mapping.put("content", message.content());
            if (!message.toolCalls().isEmpty())
                mapping.put(
                        "tool_calls",
                        message.toolCalls().stream()
                                .map(ChatTemplate::asMapping)
                                .toList());
            if (message.toolCallId() != null) mapping.put("tool_call_id", message.toolCallId());
            mappings.add(mapping);
        }
        return mappings;
    }

    /// Arguments that are JSON become what they spell, as `transformers` wants them; others stay text.
    private static Map<String, Object> asMapping(ChatMessage.ToolCall call) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", call.name());
        function.put("arguments", PythonData.parsed(call.arguments()));
        Map<String, Object> mapping = new LinkedHashMap<>();
        mapping.put("id", call.id());
        mapping.put("type", "function");
        mapping.put("function", function);
        return mapping;
    }

    /// Whether what is written around these messages' contents hangs on nothing but roles and how many there are, and
    /// the contents themselves are written whole or trimmed.
    public boolean leavesAlone(List<ChatMessage> messages) {
        if (!leavesContentsAlone) return false;
        for (ChatMessage message : messages)
            if (!FOLLOWED_ROLES.contains(message.role())
                    || !message.toolCalls().isEmpty()
                    || message.toolCallId() != null
                    || PythonText.isBlank(message.content())) return false;
        return true;
    }

    /// Whether the template looks at declared tools at all.
    public boolean readsTools() {
        return source.contains("tools");
    }

    /// A text as templates write it that turn contents into JSON, without the quotes around it.
    public static String quoted(String text) {
        String json = PythonJson.write(text, -1, false);
        return json.substring(1, json.length() - 1);
    }

    /// Jinjava's own messages may quote values, so only ours and the template's are passed on; of the others the kind.
    private static String innermost(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause())
            if (cause instanceof InterpretException && cause.getCause() == null)
                return String.valueOf(cause.getMessage());
        return "cannot be rendered (%s)".formatted(error.getReason());
    }

    private static String sentence(String reason, int line) {
        int raised = reason.indexOf(TemplateLibrary.RAISED);
        if (raised >= 0)
            return "the chat template refuses this chat: " + reason.substring(raised + TemplateLibrary.RAISED.length());
        return "the chat template, line %d, %s".formatted(line, reason);
    }
}
