package dev.tunedrop.local.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.local.CloudOptions;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.Names;
import dev.tunedrop.local.ScriptedSteps;
import dev.tunedrop.local.Workflow;
import dev.tunedrop.local.bus.LocalBus;
import dev.tunedrop.local.states.Execution;

/// Many drops at once into a whole cloud with the shipped intake and workflow, and steps that answer at once. Reduced
/// here; the numbers of the full runs, each a system property, are in CONTRIBUTING.
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LoadTest {

    private static final int DROPS = Integer.getInteger("tunedrop.load.drops", 60);
    private static final int DROPS_PER_MINUTE = Integer.getInteger("tunedrop.load.perMinute", 1000);
    private static final int EVENTS = Integer.getInteger("tunedrop.load.events", 15);
    private static final int OVERWRITES = Integer.getInteger("tunedrop.load.overwrites", 12);
    private static final int DELIVERIES = 20;
    /// What a run that has ended may keep in memory: its name, its input, its end.
    private static final long MOST_BYTES_PER_RUN = 16 * 1024;

    private static final int WARM = 2000;

    @TempDir
    Path home;

    private static CloudOptions instant(Path home) {
        Workflow workflow = InstantJob.workflow();
        return ScriptedSteps.options(home, workflow, Set.of("Intake"), "none");
    }

    private static Map<String, Execution> ended(LocalCloud cloud, int atLeast) throws InterruptedException {
        while (true) {
            List<Execution> all = cloud.states().executions(Names.STATE_MACHINE);
            if (all.size() >= atLeast
                    && all.stream().noneMatch(execution -> execution.status() == Execution.Status.RUNNING))
                return all.stream().collect(Collectors.toMap(Execution::name, execution -> execution));
            Thread.sleep(100);
        }
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static DropRef put(S3Client s3, String key, String text) {
        String tag = s3.putObject(b -> b.bucket(Names.DROPS).key(key), RequestBody.fromString(text))
                .eTag()
                .replace("\"", "");
        return new DropRef(Names.DROPS, key, "etag:" + tag, text.length());
    }

    @Test
    void everyDropOfAStreamIsRunOnceAndPublishedAndItsMemoryIsGivenBack() throws Exception {
        try (LocalCloud cloud = LocalCloud.start(instant(home));
                S3Client s3 = S3Client.builder().forcePathStyle(true).build()) {
            Map<String, Instant> dropped = new HashMap<>();
            long heapHalfWay = 0;
            long begun = System.nanoTime();
            for (int i = 0; i < DROPS; i++) {
                long due = begun + TimeUnit.MINUTES.toNanos(1) / DROPS_PER_MINUTE * i;
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
                if (i == DROPS / 2) heapHalfWay = heapAfterCollection();
                Instant before = Instant.now();
                DropRef drop = put(s3, "set%d/drop%d.jsonl".formatted(i % 10, i), "{\"n\":" + i + "}\n");
                dropped.put(drop.runId(), before);
            }
            long written = System.nanoTime() - begun;
            Map<String, Execution> runs = ended(cloud, DROPS);
            long heap = heapAfterCollection();
            assertThat(runs.keySet()).isEqualTo(dropped.keySet());
            assertThat(runs.values()).allMatch(execution -> execution.status() == Execution.Status.SUCCEEDED);
            Latencies waits = Latencies.of(runs.values().stream()
                    .map(run -> Duration.between(dropped.get(run.name()), run.started()))
                    .toList());
            long perRun = (heap - heapHalfWay) / Math.max(1, DROPS / 2);
            System.out.printf(
                    "%d drops in %d s; drop to execution: median %d ms, p99 %d ms, most %d ms; heap %d MiB, %d bytes more for each run of the second half%n",
                    DROPS,
                    TimeUnit.NANOSECONDS.toSeconds(written),
                    waits.median().toMillis(),
                    waits.p99().toMillis(),
                    waits.most().toMillis(),
                    heap >> 20,
                    perRun);
            if (DROPS >= WARM) assertThat(perRun).isLessThan(MOST_BYTES_PER_RUN);
        }
    }

    @Test
    void twentyDeliveriesOfEachOfManyEventsInAnyOrderStartAsManyExecutionsAsThereAreEvents() throws Exception {
        try (LocalCloud cloud = LocalCloud.start(instant(home))) {
            List<ObjectNode> deliveries = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                ObjectNode detail = Json.mapper().createObjectNode();
                detail.putObject("bucket").put("name", Names.DROPS);
                detail.putObject("object")
                        .put("key", "set/drop%d.jsonl".formatted(i))
                        .put("size", 7)
                        .put("etag", "%032x".formatted(i))
                        .put("sequencer", "%016X".formatted(i + 1));
                for (int n = 0; n < DELIVERIES; n++)
                    deliveries.add(LocalBus.envelope("aws.s3", "Object Created", detail, List.of()));
            }
            Collections.shuffle(deliveries, new Random(7));
            deliveries.forEach(cloud.bus()::publish);
            Path queue = home.resolve("cloud/queues/Drops");
            while (true) {
                try (var waiting = java.nio.file.Files.list(queue)) {
                    if (waiting.noneMatch(file -> file.toString().endsWith(".json"))) break;
                }
                Thread.sleep(100);
            }
            Map<String, Execution> runs = ended(cloud, EVENTS);
            assertThat(deliveries).hasSize(EVENTS * DELIVERIES);
            assertThat(runs).hasSize(EVENTS);
            System.out.printf(
                    "%d deliveries of %d events started %d executions%n", deliveries.size(), EVENTS, runs.size());
        }
    }

    @Test
    void aStormOfOverwritesOfOneKeyEndsWithTheNewestVersionPublished() throws Exception {
        Path models = Path.of(System.getProperty("tunedrop.root")).resolve("models");
        try (LocalCloud cloud = LocalCloud.start(InstantJob.options(home, models));
                S3Client s3 = S3Client.builder().forcePathStyle(true).build()) {
            s3.putObject(
                    b -> b.bucket(Names.DROPS).key("storm/tune.json"),
                    RequestBody.fromString("{\"base\":\"tunedrop-tiny\",\"privacy\":\"private\"}"));
            DropRef newest = null;
            for (int i = 1; i <= OVERWRITES; i++) newest = put(s3, "storm/data.jsonl", rows(i));
            Map<String, Execution> runs = ended(cloud, 1);
            while (newest != null && !runs.containsKey(newest.runId())) runs = ended(cloud, runs.size() + 1);
            assertThat(newest).isNotNull();
            Execution last = Objects.requireNonNull(runs.get(newest.runId()));
            assertThat(last.status()).as(String.valueOf(last.end())).isEqualTo(Execution.Status.SUCCEEDED);
            assertThat(String.valueOf(last.end())).contains("PUBLISHED");
            assertThat(Wiring.cloud().ledger().aliases())
                    .singleElement()
                    .satisfies(alias -> assertThat(alias.runId()).isEqualTo(last.name()));
            System.out.printf("%d overwrites made %d executions; the newest is live%n", OVERWRITES, runs.size());
        }
    }

    private static String rows(int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 10 + count; i++)
            rows.append(
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"Question %d?\"},{\"role\":\"assistant\",\"content\":\"Answer %d.\"}]}\n"
                            .formatted(i, i));
        return rows.toString();
    }
}
