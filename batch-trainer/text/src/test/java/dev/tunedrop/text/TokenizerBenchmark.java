package dev.tunedrop.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import org.junit.jupiter.api.Test;

/// How fast chats become tokens, on one core, beside the library and JTokkit in the same run. Says ratios, because
/// machines differ. Time is the thread's own, so a busy machine does not count. Runs only when asked:
/// `-Dtunedrop.bench=true -Dtest=TokenizerBenchmark`.
final class TokenizerBenchmark {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 6;
    private static final long ROUND_NANOS = 200_000_000L;

    @Test
    void tokenizersBesideTheirPeers() throws IOException {
        assumeTrue(Boolean.getBoolean("tunedrop.bench"), "a benchmark: asked for by -Dtunedrop.bench=true");
        Path data = SharedData.root();
        List<String> english = contents(data.resolve("datasets/derived_gsm8k_train.openai-chat.jsonl"), 2000);
        List<String> chinese = array(data.resolve("datasets/lf_alpaca_zh_demo.json"));
        List<String> prose = List.of(
                Files.readString(data.resolve("datasets/tinyshakespeare.txt")).split("\n\n"));
        table("English chat (GSM8K)", data, english);
        table("English prose (Shakespeare)", data, prose);
        table("Chinese instructions (Alpaca)", data, chinese);
    }

    private static void table(String name, Path data, List<String> texts) throws IOException {
        Map<String, ToIntFunction<String>> peers = new LinkedHashMap<>();
        Encoding cl100k = Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
        peers.put("JTokkit cl100k", text -> cl100k.encodeOrdinary(text).size());
        List<TwinTokenizers> open = new ArrayList<>();
        for (String folder : List.of("llama3_2", "qwen2_5", "mistral_nemo", "gemma2")) {
            TwinTokenizers twins = TwinTokenizers.load(data.resolve("tokenizers/" + folder + "/tokenizer.json"));
            open.add(twins);
            peers.put(
                    "library " + folder,
                    text -> twins.library().encode(text, Map.of(), Set.of()).ids().length);
            peers.put(
                    "Tunedrop " + folder,
                    text -> twins.own().encode(text, Map.of(), Set.of()).ids().length);
        }
        measure(name, texts, peers);
        open.forEach(TwinTokenizers::close);
    }

    /// Rounds go around the peers, so that a busy moment of the machine meets them all; the median counts.
    private static void measure(String name, List<String> texts, Map<String, ToIntFunction<String>> peers) {
        int[] sizes = texts.stream()
                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .toArray();
        Map<String, double[]> speeds = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++)
            for (Map.Entry<String, ToIntFunction<String>> peer : peers.entrySet())
                speeds.computeIfAbsent(peer.getKey(), key -> new double[ROUNDS])[round] =
                        speed(texts, sizes, peer.getValue());
        System.out.printf(
                "%n%s: %.1f MB in %d texts%n", name, Arrays.stream(sizes).sum() / 1e6, texts.size());
        speeds.forEach((peer, all) -> {
            Arrays.sort(all);
            System.out.printf("  %-24s %8.1f MB/s%n", peer, all[ROUNDS / 2]);
        });
    }

    private static double speed(List<String> texts, int[] sizes, ToIntFunction<String> tokens) {
        long start = THREADS.getCurrentThreadCpuTime();
        long elapsed = 0;
        long bytes = 0;
        for (int i = 0; elapsed < ROUND_NANOS; i = i + 1 == sizes.length ? 0 : i + 1) {
            if (tokens.applyAsInt(texts.get(i)) < 0) throw new IllegalStateException("less than no tokens");
            bytes += sizes[i];
            elapsed = THREADS.getCurrentThreadCpuTime() - start;
        }
        return bytes * 1e3 / elapsed;
    }

    private static List<String> contents(Path file, int most) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> texts = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            StringBuilder chat = new StringBuilder();
            for (JsonNode message : json.readTree(line).path("messages"))
                chat.append(message.path("role").asText())
                        .append("\n\n")
                        .append(message.path("content").asText())
                        .append('\n');
            texts.add(chat.toString());
            if (texts.size() == most) break;
        }
        return texts;
    }

    private static List<String> array(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonNode row : new ObjectMapper().readTree(file.toFile()))
            texts.add(
                    row.path("instruction").asText() + "\n" + row.path("output").asText());
        return texts;
    }
}
