package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.ShardFiles;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;

/// Two runs that make the same tokens at the same time.
class RacingWritersTest {

    private static final long MOST_SECONDS = 30;

    private final Map<String, Set<String>> written = new ConcurrentHashMap<>();
    private final Map<String, Integer> writes = new ConcurrentHashMap<>();

    @Test
    void twoWritersOfOneKeyWriteTheSameBytesAndBothRunsAreWhole() throws Exception {
        TestCloud test = new TestCloud();
        Cloud cloud = withArtefacts(test.cloud, meeting(test.artefacts, new CyclicBarrier(2)));
        List<Step.Drop> drops = List.of(
                test.drop("a/one.jsonl", TestCloud.rows(40), TestCloud.SETTINGS),
                test.drop("b/two.jsonl", TestCloud.rows(40), TestCloud.SETTINGS));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<String>> verdicts = threads.invokeAll(
                    drops.stream().map(drop -> run(cloud, drop)).toList());
            for (Future<String> verdict : verdicts) assertThat(verdict.get()).isEqualTo("ACCEPTED");
        }
        assertThat(writes)
                .hasSize(3)
                .allSatisfy((key, times) -> assertThat(times).as(key).isEqualTo(2));
        assertThat(written).allSatisfy((key, sums) -> assertThat(sums).as(key).hasSize(1));
        List<String> trained = drops.stream()
                .map(drop -> test.artefacts
                        .json(new RunFiles(drop.runId()).manifest(), Manifest.class)
                        .train()
                        .sha256())
                .toList();
        assertThat(trained.getFirst()).isEqualTo(trained.getLast());
    }

    private static Callable<String> run(Cloud cloud, Step.Drop drop) {
        return () -> {
            PrepareChunksHandler prepare = new PrepareChunksHandler(cloud);
            new PlanChunksHandler(cloud)
                    .handle(drop)
                    .chunks()
                    .forEach(range ->
                            prepare.handle(new Step.Chunk(drop.runId(), range.index(), range.start(), range.end())));
            return new AssembleDatasetHandler(cloud)
                    .handle(new Step.Run(drop.runId()))
                    .verdict();
        };
    }

    private static Cloud withArtefacts(Cloud cloud, Objects artefacts) {
        return new Cloud(
                cloud.drops(),
                artefacts,
                cloud.bases(),
                cloud.ledger(),
                cloud.budget(),
                cloud.executions(),
                cloud.bus(),
                cloud.endpoints(),
                new MemoryMetrics());
    }

    /// A bucket in which nobody writes a kept file before both are about to.
    private Objects meeting(Objects bucket, CyclicBarrier barrier) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
            if (method.getName().equals("put") && ((String) arguments[0]).startsWith(ShardFiles.ALL)) {
                barrier.await(MOST_SECONDS, TimeUnit.SECONDS);
                note((String) arguments[0], arguments[1]);
            }
            try {
                return method.invoke(bucket, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Objects)
                Proxy.newProxyInstance(Objects.class.getClassLoader(), new Class<?>[] {Objects.class}, handler);
    }

    private void note(String key, Object content) throws IOException {
        String sum = content instanceof Path file ? Sha256.of(file) : Sha256.of((byte[]) content);
        written.computeIfAbsent(key, k -> ConcurrentHashMap.newKeySet()).add(sum);
        writes.merge(key, 1, Integer::sum);
    }
}
