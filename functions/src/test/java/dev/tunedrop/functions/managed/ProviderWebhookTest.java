package dev.tunedrop.functions.managed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.functions.managed.ProviderWebhookHandler.Delivery;
import dev.tunedrop.functions.provider.openai.FakeOpenAi;

class ProviderWebhookTest {

    private ManagedBench bench;
    private String job = "";

    @BeforeEach
    void aRunWaitsForItsJob() {
        bench = new ManagedBench("public");
        bench.submit();
        job = bench.fake.jobIds().getFirst();
        bench.follow("token-1", ManagedBench.NOW);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private int deliver(String path, Map<String, String> headers, String body) {
        return new ProviderWebhookHandler(bench.services, ManagedBench.CLOCK)
                .handle(new Delivery(path, headers, body, false))
                .statusCode();
    }

    private int deliver(String id, Instant at, String body) {
        return deliver("/openai", FakeOpenAi.signed(id, at, body), body);
    }

    @Test
    void newsOfAJobWakesTheRunThatWaitsForIt() {
        assertThat(deliver("wh_1", ManagedBench.NOW, FakeOpenAi.news(job, "succeeded")))
                .isEqualTo(200);
        assertThat(bench.executions.answers().get("token-1")).contains("NEWS");
    }

    @Test
    void aSecondDeliveryOfTheSameNewsWakesNobody() {
        String body = FakeOpenAi.news(job, "succeeded");
        assertThat(deliver("wh_1", ManagedBench.NOW, body)).isEqualTo(200);
        bench.follow("token-2", ManagedBench.NOW);
        assertThat(deliver("wh_1", ManagedBench.NOW, body)).isEqualTo(200);
        assertThat(bench.executions.answers()).containsOnlyKeys("token-1");
        assertThat(deliver("wh_2", ManagedBench.NOW, body)).isEqualTo(200);
        assertThat(bench.executions.answers()).containsKey("token-2");
    }

    @Test
    void newsOutOfOrderOnlySaysThatTheJobIsToBeLookedAt() {
        bench.fake.succeed(job, "ft:model", 10);
        assertThat(deliver("wh_2", ManagedBench.NOW, FakeOpenAi.news(job, "succeeded")))
                .isEqualTo(200);
        assertThat(deliver("wh_1", ManagedBench.NOW, FakeOpenAi.news(job, "failed")))
                .isEqualTo(200);
        bench.follow("token-2", ManagedBench.NOW);
        assertThat(bench.executions.answers().get("token-2")).contains("SUCCEEDED");
    }

    @Test
    void newsAfterTheWaitIsOverIsTakenInAndHeardByNobody() {
        bench.executions.answer("token-1", "{}");
        assertThat(deliver("wh_1", ManagedBench.NOW, FakeOpenAi.news(job, "succeeded")))
                .isEqualTo(200);
        assertThat(bench.executions.answers().get("token-1")).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(longs = {-301, 301, -86_400, 86_400})
    void aDeliveryFromLongAgoOrFromTheFutureIsRefused(long seconds) {
        assertThat(deliver("wh_1", ManagedBench.NOW.plusSeconds(seconds), FakeOpenAi.news(job, "succeeded")))
                .isEqualTo(400);
        assertThat(bench.executions.answers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-299, 0, 299})
    void aDeliveryWithinFiveMinutesIsTaken(long seconds) {
        assertThat(deliver("wh_1", ManagedBench.NOW.plusSeconds(seconds), FakeOpenAi.news(job, "succeeded")))
                .isEqualTo(200);
    }

    @Test
    void aForgedDeliveryIsRefusedWhateverPartOfItWasChanged() {
        String body = FakeOpenAi.news(job, "succeeded");
        Map<String, String> good = FakeOpenAi.signed("wh_1", ManagedBench.NOW, body);
        assertThat(deliver("/openai", good, body + " ")).isEqualTo(400);
        assertThat(deliver("/openai", changed(good, "webhook-id", "wh_2"), body))
                .isEqualTo(400);
        String later = Long.toString(ManagedBench.NOW.plusSeconds(1).getEpochSecond());
        assertThat(deliver("/openai", changed(good, "webhook-timestamp", later), body))
                .isEqualTo(400);
        assertThat(deliver("/openai", changed(good, "webhook-timestamp", "soon"), body))
                .isEqualTo(400);
        String none = "v1," + Base64.getEncoder().encodeToString(new byte[32]);
        assertThat(deliver("/openai", changed(good, "webhook-signature", none), body))
                .isEqualTo(400);
        assertThat(deliver("/openai", changed(good, "webhook-signature", ""), body))
                .isEqualTo(400);
        String version2 = String.valueOf(good.get("webhook-signature")).replace("v1,", "v2,");
        assertThat(deliver("/openai", changed(good, "webhook-signature", version2), body))
                .isEqualTo(400);
        for (String name : good.keySet()) {
            Map<String, String> fewer = new HashMap<>(good);
            fewer.remove(name);
            assertThat(deliver("/openai", fewer, body)).as("without " + name).isEqualTo(400);
        }
        assertThat(bench.executions.answers()).isEmpty();
        assertThat(deliver("/openai", good, body)).isEqualTo(200);
    }

    @Test
    void oneGoodSignatureAmongSeveralIsEnoughSinceSecretsAreRotated() {
        String body = FakeOpenAi.news(job, "succeeded");
        Map<String, String> good = FakeOpenAi.signed("wh_1", ManagedBench.NOW, body);
        String two = "v1,bm9uZQ== " + good.get("webhook-signature");
        assertThat(deliver("/openai", changed(good, "webhook-signature", two), body))
                .isEqualTo(200);
    }

    @Test
    void aBodyInBase64IsTheSameBody() {
        String body = FakeOpenAi.news(job, "succeeded");
        Delivery delivery = new Delivery(
                "/openai",
                FakeOpenAi.signed("wh_1", ManagedBench.NOW, body),
                Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)),
                true);
        assertThat(new ProviderWebhookHandler(bench.services, ManagedBench.CLOCK)
                        .handle(delivery)
                        .statusCode())
                .isEqualTo(200);
        assertThat(bench.executions.answers()).containsKey("token-1");
    }

    @Test
    void newsOfSomebodyElsesJobOrOfSomethingElseIsTakenInAndWakesNobody() {
        assertThat(deliver("wh_1", ManagedBench.NOW, FakeOpenAi.news("ftjob-999", "succeeded")))
                .isEqualTo(200);
        assertThat(deliver(
                        "wh_2", ManagedBench.NOW, "{\"type\":\"batch.completed\",\"data\":{\"id\":\"" + job + "\"}}"))
                .isEqualTo(200);
        assertThat(deliver("wh_3", ManagedBench.NOW, "not json")).isEqualTo(200);
        assertThat(bench.executions.answers()).isEmpty();
    }

    @Test
    void aServiceThatSendsNoWebhooksHasNoAddressHere() {
        String body = FakeOpenAi.news(job, "succeeded");
        for (String path : new String[] {"/mistral", "/nobody", "/"})
            assertThat(deliver(path, FakeOpenAi.signed("wh_1", ManagedBench.NOW, body), body))
                    .isEqualTo(404);
    }

    @Test
    void aDeliveryIsNotWrittenToALog() {
        Delivery delivery = new Delivery("/openai", Map.of("webhook-signature", "v1,x"), "hush", false);
        assertThat(delivery.toString()).doesNotContain("hush", "v1,x");
    }

    private static Map<String, String> changed(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }
}
