package dev.tunedrop.endpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.endpoint.generate.Message;
import dev.tunedrop.endpoint.generate.Sampling;

class ChatRequestReaderTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"secret words\"}]";

    private static ChatRequest read(String json) {
        return ChatRequestReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void defaultsAreThoseOfOpenAi() {
        ChatRequest request = read("{" + MESSAGES + "}");
        assertThat(request.sampling()).isEqualTo(new Sampling(1, 1, null, null, List.of()));
        assertThat(request.model()).isNull();
        assertThat(request.stream()).isFalse();
    }

    @Test
    void everyServedFieldArrives() {
        ChatRequest request = read("""
                {"model":"m","temperature":0.5,"top_p":0.9,"max_completion_tokens":7,"stop":["a","b"],"seed":-3,"n":1,
                 "stream":true,"stream_options":{"include_usage":true},"user":"x","logprobs":false,"tools":[],
                 "presence_penalty":0,"messages":[{"role":"developer","content":"d"},
                 {"role":"user","content":[{"type":"text","text":"p"},{"type":"text","text":"q"}]}]}
                """);
        assertThat(request)
                .isEqualTo(new ChatRequest(
                        "m",
                        List.of(new Message("system", "d"), new Message("user", "pq")),
                        new Sampling(0.5, 0.9, -3L, 7, List.of("a", "b")),
                        true,
                        true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"temperature\":2.5         | temperature         | temperature must be 0 to 2, was 2.5",
                "\"temperature\":\"hot\"     | temperature         | temperature must be a number",
                "\"top_p\":0                 | top_p               | top_p must be above 0; for one answer only, set temperature to 0",
                "\"max_tokens\":0            | max_tokens          | max_tokens must be 1 to 2147483647, was 0",
                "\"max_tokens\":1.5          | max_tokens          | max_tokens must be a whole number",
                "\"max_tokens\":1,\"max_completion_tokens\":2 | max_tokens | max_tokens differs from max_completion_tokens; send one of them",
                "\"n\":2                     | n                   | n must be 1; send the request again for another answer",
                "\"seed\":99999999999999999999999999999 | seed     | seed must be -9223372036854775808 to 9223372036854775807, was 999999999999999999999999…",
                "\"stop\":[\"\"]             | stop[0]             | stop[0] must not be empty",
                "\"stop\":[1]                | stop[0]             | stop[0] must be a string",
                "\"stream\":\"yes\"          | stream              | stream must be true or false",
                "\"tools\":[{}]              | tools               | tools is not supported; leave it out",
                "\"temprature\":1            | temprature          | temprature is not supported; leave it out",
                "\"model\":7                 | model               | model must be a string",
            })
    void anInvalidFieldIsNamed(String field, String param, String message) {
        refuses("{" + field + "," + MESSAGES + "}", param, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                    | messages             | messages is required",
                "{\"messages\":[]}                     | messages             | messages must be a list of at least one message",
                "{\"messages\":[7]}                    | messages[0]          | messages[0] must be an object",
                "{\"messages\":[{\"content\":\"x\"}]}  | messages[0].role     | messages[0].role is required",
                "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]} | messages[0].role | messages[0].role must be system, developer, user or assistant",
                "{\"messages\":[{\"role\":\"user\"}]}  | messages[0].content  | messages[0].content is required",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]} | messages[0].content | messages[0].content holds half a character (a UTF-16 surrogate without its partner)",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]} | messages[0].content[0].type | messages[0].content[0].type must be text",
            })
    void anInvalidMessageIsNamed(String json, String param, String message) {
        refuses(json, param, message);
    }

    private static void refuses(String json, String param, String message) {
        assertThatExceptionOfType(ApiError.class).isThrownBy(() -> read(json)).satisfies(e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.reply().error().param()).isEqualTo(param);
            assertThat(e).hasMessage(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{\"messages\":[}", "[]", "{\"n\":1,\"n\":1}", "{} {}", "''"})
    void whatIsNoJsonObjectIsRefusedWithoutEchoingIt(String json) {
        assertThatExceptionOfType(ApiError.class)
                .isThrownBy(() -> read(json))
                .satisfies(e -> assertThat(e.reply().error().code()).isEqualTo("invalid_json"));
    }

    @Test
    void refusalsNeverEchoTheConversation() {
        assertThatExceptionOfType(ApiError.class)
                .isThrownBy(() -> read("{" + MESSAGES + ",\"stop\":{\"secret words\":1},}"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
        assertThat(read("{" + MESSAGES + "}").toString()).doesNotContain("secret");
    }
}
