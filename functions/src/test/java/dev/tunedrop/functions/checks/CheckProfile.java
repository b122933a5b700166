package dev.tunedrop.functions.checks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.checks.sketch.Sketcher;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.dataset.RowKeys;
import dev.tunedrop.functions.targets.TargetCheck;
import dev.tunedrop.functions.targets.Targets;

/// Where the time of every check goes, in nanoseconds of the thread's own time a byte of the file: each check on top of
/// what all need of a row, over rows that were parsed before, turn about, the best of all rounds. Runs only when asked:
/// `-Dtunedrop.bench=true -Dtest=CheckProfile`.
class CheckProfile {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = Integer.getInteger("tunedrop.rounds", 40);
    private static final String READ = "bytes, scan and words of what is said";
    private static final String ON_TOP = "  then ";

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface Look {
        void at(SeenRow row);
    }

    @Test
    void whereTheTimeGoes() throws IOException {
        assumeTrue(Boolean.getBoolean("tunedrop.bench"), "a benchmark: asked for by -Dtunedrop.bench=true");
        Path datasets = Path.of(System.getProperty("tunedrop.shared", ""), "data", "datasets");
        for (String name :
                new String[] {"derived_gsm8k_train.openai-chat.jsonl", "mlx_wwdc25_prompt_completion_train.jsonl"})
            profile(Files.readAllBytes(datasets.resolve(name)), name);
    }

    private static void profile(byte[] file, String name) throws IOException {
        List<Row> rows = new ArrayList<>();
        new DatasetCheck().file(new ByteArrayInputStream(file), (line, row) -> rows.add(row));
        Map<String, Work> work = work(file, rows);
        Map<String, Double> best = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++)
            for (Map.Entry<String, Work> each : work.entrySet()) {
                long start = THREADS.getCurrentThreadCpuTime();
                each.getValue().run();
                double taken = (THREADS.getCurrentThreadCpuTime() - start) / (double) file.length;
                best.merge(each.getKey(), taken, Math::min);
            }
        System.out.printf("%n%s, ns/B%n", name);
        best.forEach((each, nanos) -> System.out.printf(
                "  %-34s %6.2f%n", each, each.startsWith(ON_TOP) ? nanos - best.getOrDefault(READ, 0.0) : nanos));
    }

    private static Map<String, Work> work(byte[] file, List<Row> rows) {
        Map<String, Work> work = new LinkedHashMap<>();
        work.put("all of it", () -> everything(file));
        work.put(
                "parse, format and rows",
                () -> new DatasetCheck().file(new ByteArrayInputStream(file), (line, row) -> {}));
        work.put(READ, over(rows, row -> {}));
        for (RowCheck check : RowChecks.all(List.of(new TargetCheck(Targets.load())))) {
            Tallies tallies = new Tallies();
            work.put(ON_TOP + check.getClass().getSimpleName(), over(rows, row -> check.see(row, tallies)));
        }
        RowKeys keys = new RowKeys();
        work.put("sums of rows and questions", () -> {
            for (Row row : rows) keys.over(row);
        });
        Sketcher sketcher = new Sketcher();
        work.put(ON_TOP + "sketches, sums included", over(rows, row -> row.sketch(sketcher)));
        return work;
    }

    private static Work over(List<Row> rows, Look look) {
        RowText text = new RowText();
        return () -> {
            for (int i = 0; i < rows.size(); i++) look.at(new SeenRow(i, rows.get(i), text));
        };
    }

    private static void everything(byte[] file) throws IOException {
        Path sketches = Files.createTempFile("sketches", null);
        try (RowChecks checks = new RowChecks(List.of(new TargetCheck(Targets.load())), sketches)) {
            new DatasetCheck().file(new ByteArrayInputStream(file), checks);
        } finally {
            Files.delete(sketches);
        }
    }
}
