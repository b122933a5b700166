package dev.tunedrop.local.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Datasets.Answer;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.ManagedCloud;

/// Datasets of sixty rows in a cloud that runs, and what becomes of them.
///
/// @param settings what lies beside a dataset's rows as `tune.json`
record DatasetBench(LocalCloud local, Cloud cloud, String settings) {

    private static String rows(int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++)
            rows.append(
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"Answer %d.\"}]}\n"
                            .formatted(question(i), i));
        return rows.toString();
    }

    /// What row `i` asks.
    static String question(int i) {
        return "My parcel number %d has not arrived yet, where is it?".formatted(i);
    }

    /// Drops a file and waits for its adapter.
    Alias published(String dataset) throws InterruptedException {
        return published(dataset, settings);
    }

    Alias published(String dataset, String settings) throws InterruptedException {
        put(dataset + "/tune.json", settings);
        put(dataset + "/a.jsonl", rows(60));
        return live(dataset, null);
    }

    void put(String key, String content) {
        ManagedCloud.put(local, key, content.getBytes(StandardCharsets.UTF_8));
    }

    /// What answers once it is another run than `before`, and the run is over.
    Alias live(String endpoint, @Nullable String before) throws InterruptedException {
        while (true) {
            for (Alias alias : cloud.ledger().alias(endpoint).stream().toList())
                if (!alias.runId().equals(before)
                        && cloud.ledger()
                                .find(alias.runId())
                                .filter(run -> run.state().terminal())
                                .isPresent()) return alias;
            for (RunRecord run : cloud.ledger().newest(200))
                assertThat(run.state())
                        .as(run.runId() + ": " + run.reason())
                        .isNotIn(RunState.REJECTED, RunState.SUPERSEDED);
            Thread.sleep(50);
        }
    }

    /// Every run of a dataset.
    List<RunRecord> runs(String dataset) {
        return cloud.ledger().newest(200).stream()
                .filter(run -> run.dataset().equals(dataset))
                .toList();
    }

    /// What came of a request, once it is decided.
    Answer answer(String request) throws InterruptedException {
        while (true) {
            for (Answer answer :
                    cloud.ledger().datasets().answer(request).stream().toList()) return answer;
            Thread.sleep(20);
        }
    }

    /// Until a queue holds nothing and nothing of it is on the way.
    void awaitEmpty(String queue) throws Exception {
        Path folder = local.home().resolve("cloud/queues").resolve(queue);
        while (true) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.noneMatch(file -> file.toString().endsWith(".json"))) return;
            }
            Thread.sleep(20);
        }
    }
}
