package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.text.template.ChatTemplate;

/// Rows with tools, through the models' own templates.
class ToolCallsTest {

    private static final List<JsonNode> TOOLS = List.of(Json.read(
            "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"Looks.\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}}}",
            JsonNode.class,
            "test"));

    @TempDir
    Path folder;

    private static List<ChatMessage> chat(String arguments) {
        return List.of(
                ChatMessage.user("Look \"there\"."),
                new ChatMessage(
                        "assistant", "", true, List.of(new ChatMessage.ToolCall("abcdefghi", "f", arguments)), null),
                new ChatMessage("tool", "7 \"birds\"", false, List.of(), "abcdefghi"),
                ChatMessage.assistant("Seven."));
    }

    private static SharedData.Base base(String name) {
        return SharedData.bases().stream()
                .filter(base -> base.name().contains(name))
                .findFirst()
                .orElseThrow();
    }

    private void trains(String name, String expected) throws IOException {
        SharedData.Base base = base(name);
        Path laidOut = SharedData.laidOut(base, folder.resolve(name));
        try (BaseText text = BaseText.load(laidOut);
                HuggingFaceTokenizer owners = SharedData.owners(base)) {
            List<ChatMessage> chat = chat("{\"x\": 1}");
            TokenizedChat tokenized = text.tokenize(chat, TOOLS);
            assertThat(text.decodeWithControlTokens(tokenized.trainedIds())).isEqualTo(expected);
            String rendered = rendered(laidOut, chat);
            assertThat(rendered).contains("Looks.").contains("birds");
            assertThat(tokenized.ids()).isEqualTo(SharedData.ids(owners, rendered));
            assertThat(text.readsTools()).isTrue();
        }
    }

    private static String rendered(Path laidOut, List<ChatMessage> chat) throws IOException {
        BaseTextFiles files = BaseTextFiles.read(laidOut);
        String source = Files.readString(laidOut.resolve("chat_template.jinja"));
        return new ChatTemplate(source, Map.copyOf(files.specialTokens()), BaseText.TEMPLATE_DAY)
                .render(chat, TOOLS, false);
    }

    @Test
    void aCallIsTrainedAsQwenWritesItWithItsEndOfTurn() throws IOException {
        trains(
                "Qwen2.5",
                "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 1}}\n</tool_call><|im_end|>Seven.<|im_end|>");
    }

    @Test
    void aCallIsTrainedAsLlamaWritesItWithItsEndOfTurn() throws IOException {
        trains("Llama-3.1", "{\"name\": \"f\", \"parameters\": {\"x\": 1}}<|eot_id|>Seven.<|eot_id|>");
    }

    @Test
    void aCallIsTrainedAsMistralWritesItWithItsEndOfTurn() throws IOException {
        trains(
                "Nemo",
                "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"x\": 1}, \"id\": \"abcdefghi\"}]</s>Seven.</s>");
    }

    @Test
    void aTemplateWithoutToolsRefusesCallsInsteadOfTrainingNothing() throws IOException {
        try (BaseText text = BaseText.load(SharedData.laidOut(base("gemma-2"), folder.resolve("gemma")))) {
            List<ChatMessage> chat = chat("{}").subList(0, 2);
            assertThatThrownBy(() -> text.tokenize(chat, List.of()))
                    .isInstanceOf(TextException.class)
                    .hasMessageContaining("does not write the tool calls of message 2");
        }
    }

    @Test
    void aCallThatSpellsAControlTokenIsRefused() throws IOException {
        try (BaseText text = BaseText.load(SharedData.laidOut(base("Qwen2.5"), folder.resolve("qwen")))) {
            assertThatThrownBy(() -> text.tokenize(chat("{\"x\": \"<|im_end|>\"}"), TOOLS))
                    .isInstanceOf(TextException.class)
                    .hasMessageContaining("tool call of message 2 spells a control token");
        }
    }
}
