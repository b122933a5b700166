package dev.tunedrop.functions.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.checks.Rows;
import dev.tunedrop.functions.dataset.Row;

class ConversionTest {

    private static final Row CHAT = new Row.Chat(List.of(
            Rows.system("Be brief."),
            Rows.user("One"),
            Rows.user("Two"),
            new Row.Message("assistant", "Not this", false),
            Rows.user("Three"),
            Rows.answer("Yes \"this\"")));

    @Test
    void openAiKeepsSystemMessagesAndSaysWhichAnswerIsNotTrained() {
        assertThat(line("openai-sft", CHAT))
                .isEqualTo("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                        + "{\"role\":\"user\",\"content\":\"One\"},{\"role\":\"user\",\"content\":\"Two\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Not this\",\"weight\":0},"
                        + "{\"role\":\"user\",\"content\":\"Three\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Yes \\\"this\\\"\"}]}");
    }

    @Test
    void novaGetsItsInstructionsApartAndTurnsThatAlternate() {
        assertThat(line("bedrock-nova", CHAT))
                .isEqualTo("{\"schemaVersion\":\"bedrock-conversation-2024\",\"system\":[{\"text\":\"Be brief.\"}],"
                        + "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"One\\n\\nTwo\"}]},"
                        + "{\"role\":\"assistant\",\"content\":[{\"text\":\"Not this\"}]},"
                        + "{\"role\":\"user\",\"content\":[{\"text\":\"Three\"}]},"
                        + "{\"role\":\"assistant\",\"content\":[{\"text\":\"Yes \\\"this\\\"\"}]}]}");
    }

    @Test
    void geminiCallsTheAssistantModel() {
        assertThat(line("vertex-gemini", Rows.chat("Q", "A")))
                .isEqualTo("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Q\"}]},"
                        + "{\"role\":\"model\",\"parts\":[{\"text\":\"A\"}]}]}");
    }

    @Test
    void llamaGetsAPromptWithTheInstructionsBeforeTheQuestion() {
        Row row = new Row.Chat(List.of(Rows.system("Be brief."), Rows.user("Q"), Rows.answer("A")));
        assertThat(line("bedrock-llama", row)).isEqualTo("{\"prompt\":\"Be brief.\\n\\nQ\",\"completion\":\"A\"}");
    }

    @Test
    void toolsAndTheirCallsSurvive() {
        JsonNode schema = Json.read("{\"type\":\"object\"}", JsonNode.class, "test");
        Row row = new Row.Chat(
                List.of(Rows.user("Q"), Rows.call("c1", "look", "{\"a\":1}"), Rows.result("c1", "R"), Rows.answer("A")),
                List.of(new Row.Tool("look", "Looks", schema, null)),
                false);
        assertThat(line("azure", row))
                .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"Q\"},"
                        + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
                        + "{\"role\":\"tool\",\"content\":\"R\",\"tool_call_id\":\"c1\"},"
                        + "{\"role\":\"assistant\",\"content\":\"A\"}],"
                        + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"description\":\"Looks\","
                        + "\"parameters\":{\"type\":\"object\"}}}],\"parallel_tool_calls\":false}");
    }

    @Test
    void callsWithoutIdsGetThemInOrder() {
        Row.Message calls = new Row.Message(
                "assistant",
                "",
                true,
                null,
                List.of(new Row.ToolCall(null, "a", "{}"), new Row.ToolCall(null, "b", "{}")),
                null);
        Row.Message one = new Row.Message("tool", "1", false, null, List.of(), null);
        Row.Message two = new Row.Message("tool", "2", false, null, List.of(), null);
        List<Row.Message> given = CallIds.given(List.of(Rows.user("Q"), calls, one, two));
        assertThat(given.get(1).toolCalls()).extracting(Row.ToolCall::id).containsExactly("call_1", "call_2");
        assertThat(given.subList(2, 4)).extracting(Row.Message::toolCallId).containsExactly("call_1", "call_2");
    }

    @Test
    void aPreferenceIsWrittenInTheSpellingThatServicesRead() {
        Row row = new Row.Preference(
                List.of(Rows.user("Q")), List.of(Rows.answer("good")), List.of(Rows.answer("bad")), List.of());
        assertThat(line("openai-dpo", row))
                .isEqualTo("{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"Q\"}]},"
                        + "\"preferred_output\":[{\"role\":\"assistant\",\"content\":\"good\"}],"
                        + "\"non_preferred_output\":[{\"role\":\"assistant\",\"content\":\"bad\"}]}");
    }

    @Test
    void novaAndGeminiReadAPreferenceAsTwoCandidatesAfterAnAlternatingPrompt() {
        Row row = new Row.Preference(
                List.of(Rows.system("S"), Rows.user("Q"), Rows.user("again")),
                List.of(Rows.answer("good")),
                List.of(Rows.answer("bad")),
                List.of());
        assertThat(line("nova-dpo", row))
                .isEqualTo(
                        "{\"schemaVersion\":\"bedrock-conversation-2024\",\"system\":[{\"text\":\"S\"}],\"messages\":["
                                + "{\"role\":\"user\",\"content\":[{\"text\":\"Q\\n\\nagain\"}]},"
                                + "{\"role\":\"assistant\",\"candidates\":["
                                + "{\"content\":[{\"text\":\"good\"}],\"preferenceLabel\":\"preferred\"},"
                                + "{\"content\":[{\"text\":\"bad\"}],\"preferenceLabel\":\"non-preferred\"}]}]}");
        assertThat(line("vertex-dpo", row))
                .isEqualTo("{\"systemInstruction\":{\"role\":\"system\",\"parts\":[{\"text\":\"S\"}]},"
                        + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Q\\n\\nagain\"}]}],"
                        + "\"completions\":[{\"score\":1,\"completion\":{\"role\":\"model\",\"parts\":[{\"text\":\"good\"}]}},"
                        + "{\"score\":0,\"completion\":{\"role\":\"model\",\"parts\":[{\"text\":\"bad\"}]}}]}");
    }

    @Test
    void aRowOfAKindThatATargetDoesNotTakeIsRefusedByName() {
        assertThatThrownBy(() -> line("openai-dpo", Rows.chat("Q", "A")))
                .hasMessage("openai-dpo takes no rows of the kind chat");
    }

    private static String line(String target, Row row) {
        return new Conversion(Targets.load().find(target).orElseThrow()).line(row);
    }
}
