package dev.tunedrop.functions.dataset;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.checks.RowChecks;
import dev.tunedrop.functions.targets.TargetCheck;
import dev.tunedrop.functions.targets.Targets;

/// How fast lines are parsed and checked, on one core, beside Jackson's `readTree` in the same run. Time is the
/// thread's own, so a busy machine does not count. Runs only when asked: `-Dtunedrop.bench=true
/// -Dtest=CheckBenchmark`.
class CheckBenchmark {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 15;
    private static final int WARM = 8;

    private static final Targets TARGETS = Targets.load();

    private interface Peer {
        void read(byte[] file) throws IOException;
    }

    @Test
    void checksBesideJackson() throws IOException {
        assumeTrue(Boolean.getBoolean("tunedrop.bench"), "a benchmark: asked for by -Dtunedrop.bench=true");
        Path datasets = Path.of(System.getProperty("tunedrop.shared", ""), "data", "datasets");
        for (String name : new String[] {
            "derived_gsm8k_train.openai-chat.jsonl",
            "bedrock_rft_openai_chat_train.jsonl",
            "mlx_wwdc25_prompt_completion_train.jsonl"
        }) {
            byte[] file = repeated(
                    (Files.readString(datasets.resolve(name)).stripTrailing() + "\n").getBytes(StandardCharsets.UTF_8));
            ObjectMapper jackson = new ObjectMapper();
            System.out.printf("%n%s, %.1f MB%n", name, file.length / 1e6);
            double peer = report("Jackson readTree, line by line", file, bytes -> {
                LineReader lines = LineReader.of(new ByteArrayInputStream(bytes));
                for (LineReader.Line line = lines.next(); line != null; line = lines.next())
                    jackson.readTree(line.bytes());
            });
            QuickJson quick = new QuickJson();
            double parse = report("Tunedrop, strict parse", file, bytes -> {
                LineReader lines = LineReader.of(new ByteArrayInputStream(bytes));
                for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
                    try {
                        StrictJson.parse(line.bytes(), quick);
                    } catch (JsonDefect e) {
                        throw new IOException(e);
                    }
                }
            });
            double check = report(
                    "Tunedrop, strict parse and checks",
                    file,
                    bytes -> new DatasetCheck().file(new ByteArrayInputStream(bytes), (line, row) -> {}));
            double all = report("Tunedrop, every check on", file, CheckBenchmark::everything);
            System.out.printf(
                    "  ratios to Jackson: parse %.2f, parse and checks %.2f, every check %.2f%n",
                    parse / peer, check / peer, all / peer);
        }
    }

    /// What `tunedrop check FILE` does to the rows: format, every check on what they say, sketches, every target.
    private static void everything(byte[] file) throws IOException {
        Path sketches = Files.createTempFile("sketches", null);
        try (RowChecks checks = new RowChecks(List.of(new TargetCheck(TARGETS)), sketches)) {
            new DatasetCheck().file(new ByteArrayInputStream(file), checks);
        } finally {
            Files.delete(sketches);
        }
    }

    private static byte[] repeated(byte[] file) {
        byte[] many = new byte[file.length * Math.max(1, (5 << 20) / file.length)];
        for (int at = 0; at < many.length; at += file.length) System.arraycopy(file, 0, many, at, file.length);
        return many;
    }

    private static double report(String name, byte[] file, Peer peer) throws IOException {
        double[] speeds = new double[ROUNDS];
        for (int round = -WARM; round < ROUNDS; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            peer.read(file);
            long taken = Math.max(1, THREADS.getCurrentThreadCpuTime() - start);
            if (round >= 0) speeds[round] = file.length * 1e3 / taken;
        }
        Arrays.sort(speeds);
        System.out.printf("  %-36s %7.0f MB/s%n", name, speeds[ROUNDS / 2]);
        return speeds[ROUNDS / 2];
    }
}
