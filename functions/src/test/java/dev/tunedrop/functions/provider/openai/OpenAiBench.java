package dev.tunedrop.functions.provider.openai;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.provider.Attempts;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.faults.FaultyService;
import dev.tunedrop.functions.provider.http.AllowedHosts;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// A fake service and a client of it, with a clock that moves only when it is told to.
final class OpenAiBench implements AutoCloseable {

    static final byte[] ROWS = "{\"messages\":[]}\n".getBytes(StandardCharsets.UTF_8);

    final FakeOpenAi fake;
    final FaultyService service;
    final OpenAiProvider provider;
    private final ServiceHttp http;
    private Instant now = Instant.parse("2026-11-01T00:00:00Z");

    OpenAiBench(RequestSchema schema, Duration patience) {
        this(schema, patience, profile("openai"));
    }

    OpenAiBench(RequestSchema schema, Duration patience, OpenAiProfile profile) {
        fake = new FakeOpenAi(schema);
        service = new FaultyService(fake, FakeOpenAi::operation);
        http = new ServiceHttp(new AllowedHosts(List.of(), true), Duration.ofSeconds(5), patience);
        OpenAiApi api = new OpenAiApi(profile, URI.create(service.address() + "v1/"), () -> FakeOpenAi.KEY, http);
        provider = new OpenAiProvider(
                profile, api, file -> () -> new ByteArrayInputStream(ROWS), null, new MemoryAttempts(), new Moving());
    }

    static OpenAiProfile profile(String id) {
        return OpenAiProfile.all().stream()
                .filter(profile -> profile.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    static TrainingOrder order(String key) {
        return order(key, "gpt-4.1-mini-2025-04-14");
    }

    static TrainingOrder order(String key, String model) {
        return new TrainingOrder(
                key,
                model,
                new TrainingOrder.DataFile("train.jsonl", ROWS.length, Sha256.of(ROWS)),
                null,
                100,
                SettingsFile.defaults(),
                RunSettings.Objective.SFT,
                "support");
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public void close() {
        http.close();
        service.close();
    }

    private final class Moving extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static final class MemoryAttempts implements Attempts {
        private final Map<String, Instant> sent = new HashMap<>();

        @Override
        public Optional<Instant> last(String orderKey) {
            return Optional.ofNullable(sent.get(orderKey));
        }

        @Override
        public void sending(String orderKey, Instant at) {
            sent.put(orderKey, at);
        }

        @Override
        public void clear(String orderKey) {
            sent.remove(orderKey);
        }
    }
}
