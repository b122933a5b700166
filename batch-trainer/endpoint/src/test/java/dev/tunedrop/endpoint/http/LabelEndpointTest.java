package dev.tunedrop.endpoint.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.endpoint.generate.Classifying;
import dev.tunedrop.endpoint.generate.LabelScores;
import dev.tunedrop.endpoint.generate.LanguageModel;
import dev.tunedrop.endpoint.generate.TextClassifier;
import dev.tunedrop.endpoint.generate.UnusableRequest;
import dev.tunedrop.events.json.Json;

/// A base that tells labels, over HTTP.
class LabelEndpointTest {

    private final Classifying service = new Classifying("base", new LongOrShort(), 1, 0);
    private final EndpointServer server = EndpointServer.start(HttpOptions.loopback(0));
    private final HttpClient http = HttpClient.newHttpClient();

    /// Knows two labels, and only with an adapter on it.
    private static final class LongOrShort implements TextClassifier {
        @Override
        public LanguageModel.Adapter loadAdapter(Path directory) {
            return new LanguageModel.Adapter() {
                @Override
                public int rank() {
                    return 1;
                }

                @Override
                public double alpha() {
                    return 1;
                }

                @Override
                public List<String> targets() {
                    return List.of();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public LabelScores classify(LanguageModel.@Nullable Adapter adapter, String text) {
            if (adapter == null) throw new UnusableRequest(UnusableRequest.Reason.CHAT_TEMPLATE, "no labels here");
            if (text.equals("fail")) throw new IllegalStateException("the device is gone");
            double certain = text.length() > 9 ? 0.9 : 0.2;
            return new LabelScores(
                    List.of(new LabelScores.Score("short", 1 - certain), new LabelScores.Score("long", certain)), 7);
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void anAdapterIsServed(@org.junit.jupiter.api.io.TempDir Path folder) {
        service.load("mine", folder);
        server.ready(service);
    }

    @AfterEach
    void close() {
        server.close();
        service.close();
    }

    private record Answer(int status, JsonNode body) {}

    private Answer post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), Json.read(response.body(), JsonNode.class, "the reply"));
    }

    @Test
    void aTextIsAnsweredWithItsLabelAndTheScoresOfAll() throws Exception {
        Answer told = post("/v1/classify", "{\"model\":\"mine\",\"text\":\"a long enough text\"}");
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.body().toString())
                .isEqualTo(
                        "{\"object\":\"classification\",\"model\":\"mine\",\"label\":\"long\",\"scores\":"
                                + "[{\"label\":\"long\",\"score\":0.9},{\"label\":\"short\",\"score\":0.09999999999999998}],\"tokens\":7}");
    }

    @Test
    void aHeaderOfSageMakersNamesTheAdapterOfAnInvocation() throws Exception {
        String header = "X-Amzn-SageMaker-Inference-Component";
        assertThat(post("/invocations", "{\"text\":\"short\"}", header, "mine")
                        .body()
                        .path("label")
                        .asText())
                .isEqualTo("short");
        Answer unknown = post("/invocations", "{\"text\":\"short\"}", header, "nobody");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body().at("/error/code").asText()).isEqualTo("model_not_found");
    }

    @Test
    void aConversationIsAnsweredWithTheLabelOfWhatTheUserSaidLast() throws Exception {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"a long enough text\"},"
                + "{\"role\":\"assistant\",\"content\":\"long\"},{\"role\":\"user\",\"content\":\"brief\"}]";
        Answer told = post("/v1/chat/completions", "{\"model\":\"mine\"," + messages + "}");
        assertThat(told.body().at("/choices/0/message/content").asText()).isEqualTo("short");
        assertThat(told.body().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(told.body().at("/usage/prompt_tokens").asInt()).isEqualTo(7);
    }

    @Test
    void whatCannotBeToldASentenceSays() throws Exception {
        assertThat(post("/v1/classify", "{\"model\":\"base\",\"text\":\"x\"}")
                        .body()
                        .at("/error/message")
                        .asText())
                .isEqualTo("no labels here");
        assertThat(post("/v1/classify", "{\"model\":\"mine\",\"text\":\" \"}").status())
                .isEqualTo(400);
        assertThat(post("/v1/classify", "{\"text\":\"x\"}").status()).isEqualTo(400);
        assertThat(post("/v1/classify", "{\"model\":\"mine\",\"text\":\"x\",\"top_k\":1}")
                        .status())
                .isEqualTo(400);
        assertThat(post(
                                "/v1/chat/completions",
                                "{\"model\":\"mine\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}")
                        .status())
                .isEqualTo(400);
        Answer failed = post("/v1/classify", "{\"model\":\"mine\",\"text\":\"fail\"}");
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.body().toString()).doesNotContain("device");
        assertThat(post("/v1/classify", "{\"model\":\"mine\",\"text\":\"fail no more\"}")
                        .status())
                .as("the next text finds the model at work")
                .isEqualTo(200);
    }
}
