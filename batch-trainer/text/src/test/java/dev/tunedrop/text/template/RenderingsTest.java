package dev.tunedrop.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TextException;

/// The templates that models come with, beside what transformers renders by them: to the byte, and refused alike.
/// `benchmarks/peer/renderings.py` wrote the file.
class RenderingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode golden = JSON.createObjectNode();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = Objects.requireNonNull(RenderingsTest.class.getResourceAsStream("renderings.json"))) {
            golden = JSON.readTree(in);
        }
    }

    static Stream<Path> templates() throws IOException {
        Path folder = Path.of(System.getProperty("tunedrop.shared", "absent"), "data", "chat_templates");
        assumeTrue(Files.isDirectory(folder), "shared data is absent: " + folder);
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void everyChatIsRenderedAsTransformersRendersIt(Path file) throws IOException {
        Map<String, String> tokens = new HashMap<>();
        golden.path("tokens")
                .properties()
                .forEach(each -> tokens.put(each.getKey(), each.getValue().asText()));
        ChatTemplate template = new ChatTemplate(
                Files.readString(file),
                tokens,
                LocalDate.parse(golden.path("day").asText()).atStartOfDay());
        List<String> different = new ArrayList<>();
        int same = 0;
        for (int i = 0; i < golden.path("cases").size(); i++) {
            JsonNode chat = golden.path("cases").get(i);
            JsonNode expected = chat.path("sha256").path(file.getFileName().toString());
            String rendered = rendered(template, chat);
            String found = rendered == null ? "refused" : Sha256.of(rendered.getBytes(StandardCharsets.UTF_8));
            if (found.equals(expected.isNull() ? "refused" : expected.asText())) same++;
            else
                different.add(
                        "%d (%s): %s".formatted(i, expected.isNull() ? "refused there" : "rendered there", rendered));
        }
        assertThat(different).isEmpty();
        assertThat(same).isGreaterThan(300);
    }

    @Test
    void whatNoModelsTemplateAsksIsAnsweredAsThereToo() {
        List<String> different = new ArrayList<>();
        for (JsonNode one : golden.path("small")) {
            ChatTemplate template =
                    new ChatTemplate(one.path("template").asText(), Map.of(), LocalDate.EPOCH.atStartOfDay());
            List<ChatMessage> chat =
                    List.of(ChatMessage.user(one.path("content").asText()));
            String rendered = template.render(chat, false);
            if (!rendered.equals(one.path("expected").asText())) different.add(one + " but was " + rendered);
        }
        assertThat(different).isEmpty();
        assertThat(golden.path("small").size()).isGreaterThan(300);
    }

    private static @Nullable String rendered(ChatTemplate template, JsonNode chat) {
        try {
            List<JsonNode> tools = new ArrayList<>();
            chat.path("tools").forEach(tools::add);
            List<ChatMessage> messages = new ArrayList<>();
            chat.path("messages").forEach(message -> messages.add(message(message)));
            return template.render(messages, tools, chat.path("prompt").asBoolean());
        } catch (TextException refused) {
            return null;
        }
    }

    private static ChatMessage message(JsonNode message) {
        List<ChatMessage.ToolCall> calls = new ArrayList<>();
        for (JsonNode call : message.path("tool_calls"))
            calls.add(new ChatMessage.ToolCall(
                    call.path("id").asText(),
                    call.at("/function/name").asText(),
                    call.at("/function/arguments").toString()));
        JsonNode id = message.path("tool_call_id");
        return new ChatMessage(
                message.path("role").asText(),
                message.path("content").asText(),
                false,
                calls,
                id.isMissingNode() ? null : id.asText());
    }
}
