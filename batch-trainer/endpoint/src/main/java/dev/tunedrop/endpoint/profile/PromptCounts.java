package dev.tunedrop.endpoint.profile;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.endpoint.generate.PromptWatch;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.PromptTally;
import dev.tunedrop.trainer.job.aws.S3Folder;

/// Counts prompts by adapter, and every few minutes and at the end puts what came in since then into the bucket, an
/// object for each adapter that was asked. What cannot be put is kept for the next time.
public final class PromptCounts implements PromptWatch {

    private static final Logger LOG = LoggerFactory.getLogger(PromptCounts.class);
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd/HHmmss").withZone(ZoneOffset.UTC);

    private final Bucket artefacts;
    private final Clock clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tunedrop-prompt-counts").factory());
    private final ScheduledFuture<?> rhythm;
    private final Map<String, PromptTally> tallies = new HashMap<>();
    private final Map<String, PromptProfile> unsent = new HashMap<>();

    /// Where counts are left.
    @FunctionalInterface
    interface Bucket {
        void put(String key, byte[] content) throws IOException;
    }

    PromptCounts(Bucket artefacts, Clock clock) {
        this.artefacts = artefacts;
        this.clock = clock;
        rhythm = timer.scheduleWithFixedDelay(this::flush, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /// Where `TUNEDROP_ARTEFACTS` names a bucket, counts go there; else nothing is counted.
    public static PromptWatch asConfigured() {
        Optional<String> bucket = setting("TUNEDROP_ARTEFACTS");
        if (bucket.isEmpty()) return NONE;
        boolean pathStyle =
                setting("TUNEDROP_S3_PATH_STYLE").map(Boolean::parseBoolean).orElse(false);
        return new PromptCounts(new S3Folder(S3Folder.client(pathStyle), bucket.get())::write, Clock.systemUTC());
    }

    private static Optional<String> setting(String name) {
        String property = System.getProperty(name);
        return Optional.ofNullable(property == null ? System.getenv(name) : property)
                .filter(value -> !value.isBlank());
    }

    @Override
    public void seen(String adapter, int[] prompt) {
        synchronized (tallies) {
            tallies.computeIfAbsent(adapter, name -> new PromptTally()).add(prompt, prompt.length);
        }
    }

    /// Puts what there is.
    synchronized void flush() {
        synchronized (tallies) {
            tallies.forEach((adapter, tally) -> unsent.merge(adapter, tally.profile(), PromptProfile::plus));
            tallies.clear();
        }
        Instant now = clock.instant();
        unsent.entrySet().removeIf(each -> put(each.getKey(), each.getValue(), now));
    }

    private boolean put(String adapter, PromptProfile profile, Instant now) {
        String key = "%s%s/%s-%s.json"
                .formatted(
                        PromptProfile.KEYS,
                        adapter.replaceAll("[^A-Za-z0-9._-]", "-"),
                        NAME.format(now),
                        UUID.randomUUID());
        try {
            artefacts.put(key, Json.bytes(profile));
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} counted prompts are kept for later: {}", profile.prompts(), e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        rhythm.cancel(false);
        timer.shutdown();
        flush();
    }
}
