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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.text.bpe.BpeFile;
import dev.tunedrop.text.template.ChatTemplate;

/// How much of the time between a chat and its marked tokens is the tokenizer's, and how much the template's. Time is
/// the thread's own. Runs only when asked: `-Dtunedrop.bench=true -Dtest=ChatBenchmark`.
final class ChatBenchmark {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 6;
    private static final long ROUND_NANOS = 300_000_000L;

    @Test
    void chatsBesideTheTextInThem(@TempDir Path folder) throws IOException {
        assumeTrue(Boolean.getBoolean("tunedrop.bench"), "a benchmark: asked for by -Dtunedrop.bench=true");
        List<List<ChatMessage>> chats =
                chats(SharedData.root().resolve("datasets/derived_gsm8k_train.openai-chat.jsonl"));
        for (SharedData.Base base : List.of(
                SharedData.bases().get(0),
                SharedData.bases().get(3),
                SharedData.bases().get(4))) {
            Path laidOut = SharedData.laidOut(base, folder.resolve(base.name()));
            try (BaseText text = BaseText.load(laidOut)) {
                measure(base, text, chats);
            }
        }
    }

    private static void measure(SharedData.Base base, BaseText text, List<List<ChatMessage>> chats) throws IOException {
        Path file = base.tokenizer().resolve("tokenizer.json");
        TokenizerFile source = TokenizerFile.read(file);
        OwnTokenizer tokenizer;
        try {
            tokenizer = new OwnTokenizer(BpeFile.read(file, source.added()), source);
        } catch (BpeFile.Unknown e) {
            throw new AssertionError(e);
        }
        ChatTemplate template = new ChatTemplate(
                Files.readString(base.template()),
                Map.of("bos_token", "<s>", "eos_token", "</s>"),
                BaseText.TEMPLATE_DAY);
        Map<String, ToIntFunction<List<ChatMessage>>> peers = new LinkedHashMap<>();
        peers.put(
                "tokens of the contents alone",
                chat -> chat.stream()
                        .mapToInt(message -> tokenizer
                                .encode(message.content(), Map.of(), Set.of())
                                .ids()
                                .length)
                        .sum());
        peers.put("the template alone", chat -> template.render(chat, false).length());
        peers.put("chat to marked tokens", chat -> text.tokenize(chat).tokens());
        System.out.printf("%n%s, MB/s of contents%n", base);
        Map<String, double[]> speeds = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++)
            for (Map.Entry<String, ToIntFunction<List<ChatMessage>>> peer : peers.entrySet())
                speeds.computeIfAbsent(peer.getKey(), key -> new double[ROUNDS])[round] = speed(chats, peer.getValue());
        speeds.forEach((peer, all) -> {
            Arrays.sort(all);
            System.out.printf("  %-32s %8.1f%n", peer, all[ROUNDS / 2]);
        });
    }

    private static double speed(List<List<ChatMessage>> chats, ToIntFunction<List<ChatMessage>> work) {
        long start = THREADS.getCurrentThreadCpuTime();
        long elapsed = 0;
        long bytes = 0;
        for (int i = 0; elapsed < ROUND_NANOS; i = i + 1 == chats.size() ? 0 : i + 1) {
            if (work.applyAsInt(chats.get(i)) < 0) throw new IllegalStateException("less than nothing");
            for (ChatMessage message : chats.get(i)) bytes += message.content().getBytes(StandardCharsets.UTF_8).length;
            elapsed = THREADS.getCurrentThreadCpuTime() - start;
        }
        return bytes * 1e3 / elapsed;
    }

    private static List<List<ChatMessage>> chats(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<List<ChatMessage>> chats = new ArrayList<>();
        for (String line : Files.readAllLines(file).subList(0, 2000)) {
            List<ChatMessage> chat = new ArrayList<>();
            for (JsonNode message : json.readTree(line).path("messages")) {
                String role = message.path("role").asText();
                chat.add(new ChatMessage(role, message.path("content").asText(), role.equals("assistant")));
            }
            chats.add(chat);
        }
        return chats;
    }
}
