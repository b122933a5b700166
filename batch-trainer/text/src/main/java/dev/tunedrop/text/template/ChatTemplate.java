package dev.tunedrop.text.template;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;

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

    private final String source;
    private final Map<String, String> specialTokens;
    private final Jinjava jinjava;

    /// @param source the template's text
    /// @param specialTokens variable name (`bos_token`, `eos_token`, …) to token text
    /// @param now the day and time `strftime_now` answers with; fixed, so that the same data make the same tokens
    public ChatTemplate(String source, Map<String, String> specialTokens, LocalDateTime now) {
        this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
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
        this.jinjava = new Jinjava(JinjavaConfig.newBuilder()
                .withLegacyOverrides(likePython)
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withKeepTrailingNewline(true)
                .withNestedInterpretationEnabled(false)
                .withElResolver(new PythonValues())
                .withInterperterFactory(PythonInterpreter.factory(now))
                .withMaxRenderDepth(MAX_DEPTH)
                .withMaxOutputSize(MAX_OUTPUT_CHARACTERS)
                .withMaxStringLength(MAX_OUTPUT_CHARACTERS)
                .withMaxListSize(MAX_ITEMS)
                .withMaxMapSize(MAX_ITEMS)
                .withRangeLimit(MAX_ITEMS)
                .build());
        TemplateLibrary.register(jinjava.getGlobalContext());
    }

    public String source() {
        return source;
    }

    /// @param addGenerationPrompt whether to end where the assistant's next words would begin
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        Map<String, Object> variables = new HashMap<>(specialTokens);
        variables.put("messages", asMappings(messages));
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.put("strftime_now", "a function");
        RenderResult result;
        try {
            result = jinjava.renderForResult(source, variables);
        } catch (InterpretException e) {
            throw new TextException(sentence(String.valueOf(e.getMessage()), e.getLineNumber()), e);
        }
        for (TemplateError error : result.getErrors())
            throw new TextException(sentence(innermost(error), error.getLineno()), error.getException());
        return result.getOutput();
    }

    private static List<Map<String, Object>> asMappings(List<ChatMessage> messages) {
        List<Map<String, Object>> mappings = new ArrayList<>(messages.size());
        for (ChatMessage message : messages) {
            Map<String, Object> mapping = new LinkedHashMap<>();
            mapping.put("role", message.role());
            mapping.put("content", message.content());
            mappings.add(mapping);
        }
        return mappings;
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
