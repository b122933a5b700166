package dev.tunedrop.functions.path;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.dataset.LineReader;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;

/// Prepares several ranges at once whose lines are as long as lines may be: `FOLDER FILLING RANGES`, where the folder
/// has a base `tiny`. Says what was found and how much heap it took.
final class CapLines {

    static final String BASE = "tiny";
    private static final int LINES = 2;

    /// What a line is full of.
    enum Filling {
        /// Words of one letter.
        WORDS("a ", false),
        /// The same few words, so that every row is a near duplicate.
        REPEATED("the cat sat on the mat ", false),
        /// A token for every byte or two.
        TOKENS("\\u00e9\\n", false),
        /// Everything that personal data begins with.
        SUSPECTS("+1 a@b :12:34 4111 AKIA 1.2.3.4 ", false),
        /// Plus signs, each of which could begin a telephone number.
        PLUSES("+", false),
        /// One letter, which merges again and again.
        LETTERS("a", false),
        /// Digits, each of which could begin a number.
        DIGITS("4", false),
        /// Keys beside the row's own.
        KEYS("\"k%07d\":1,", true),
        /// A list of numbers.
        NUMBERS("1,", true),
        /// A list of empty lists.
        LISTS("[],", true),
        /// A list of objects.
        OBJECTS("{\"a\":[1]},", true);

        private final String piece;
        private final boolean beside;

        Filling(String piece, boolean beside) {
            this.piece = piece;
            this.beside = beside;
        }

        private String line(int number) {
            StringBuilder line = new StringBuilder(LineReader.MAX_LINE_BYTES);
            String row =
                    "{\"role\":\"user\",\"content\":\"Row " + number + "\"},{\"role\":\"assistant\",\"content\":\"";
            boolean list = beside && this != KEYS;
            String end = beside ? "\"messages\":[" + row + "Yes\"}]}" : "\"}]}";
            line.append(beside ? list ? "{\"list\":[" : "{" : "{\"messages\":[" + row);
            for (int i = 0; line.length() + piece.length() + end.length() + 4 <= LineReader.MAX_LINE_BYTES; i++)
                line.append(this == KEYS ? piece.formatted(i) : piece);
            if (list) line.setCharAt(line.length() - 1, ']');
            return line.append(list ? "," : "").append(end).append('\n').toString();
        }
    }

    private CapLines() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Filling filling = Filling.valueOf(arguments[1]);
        int ranges = Integer.parseInt(arguments[2]);
        List<Long> starts = write(folder, filling, ranges);
        Cloud cloud = HugeSteps.cloud(folder);
        Step.Drop drop = HugeSteps.drop(folder);
        new PlanChunksHandler(cloud).handle(drop);
        PrepareChunksHandler prepare = new PrepareChunksHandler(cloud);
        try (ExecutorService threads = Executors.newFixedThreadPool(ranges)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < ranges; i++) {
                Step.Chunk chunk = new Step.Chunk(drop.runId(), i, starts.get(i), starts.get(i + 1));
                done.add(threads.submit(() -> prepare.handle(chunk)));
            }
            for (Future<?> each : done) await(each);
        }
        RunFiles files = new RunFiles(drop.runId());
        for (int i = 0; i < ranges; i++) {
            JsonNode report = cloud.artefacts().json(files.chunkReport(i), JsonNode.class);
            System.out.printf("range %d: %s rows, %s refused%n", i, report.path("rows"), report.path("refusedRows"));
        }
        System.out.printf("%s: heap at most %,d MiB%n", filling, HugeSteps.peakHeap() >> 20);
    }

    private static void await(Future<?> done) throws InterruptedException {
        try {
            done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static List<Long> write(Path folder, Filling filling, int ranges) throws IOException {
        Path file = folder.resolve("drops").resolve(HugeSteps.KEY);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file.resolveSibling("tune.json"), "{\"base\":\"" + BASE + "\",\"maxTokens\":2048}");
        List<Long> starts = new ArrayList<>(List.of(0L));
        long written = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int line = 0; line < ranges * LINES; line++) {
                byte[] bytes = filling.line(line).getBytes(StandardCharsets.UTF_8);
                out.write(bytes);
                written += bytes.length;
                if (line % LINES == LINES - 1) starts.add(written);
            }
        }
        return starts;
    }
}
