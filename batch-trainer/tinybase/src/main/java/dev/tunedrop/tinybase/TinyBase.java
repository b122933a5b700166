package dev.tunedrop.tinybase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TokenizedChat;

/// The tiny base before training: its text, the vocabulary learnt from it, and the rows the trainer reads.
public final class TinyBase {

    /// Tokens in all; a vocabulary small enough that the embedding stays a small part of the model.
    public static final int VOCABULARY = 2048;

    private static final int VOCABULARY_DOCUMENTS = 40_000;
    private static final int HELD_OUT_DOCUMENTS = 300;

    private final long seed;

    public TinyBase(long seed) {
        this.seed = seed;
    }

    /// What was written: the shard to train on, the one to measure with, and how many tokens the first has.
    public record Rows(Path train, Path heldOut, long documents, long tokens) {}

    /// Learns the vocabulary and writes every file of the base but its weights.
    public void writeFiles(Path directory) throws IOException {
        Corpus corpus = new Corpus(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < VOCABULARY_DOCUMENTS; i++) for (Turn turn : corpus.next()) texts.add(turn.text());
        BaseFiles.write(directory, ByteLevelBpe.learn(texts, VOCABULARY - BaseFiles.CONTROL.size()));
    }

    /// Writes documents as token rows until `tokens` tokens are reached. Pre-training learns every token after the
    /// first, prompts included; the held-out rows are drawn from another seed.
    public Rows writeRows(Path base, Path scratch, long tokens) throws IOException {
        Files.createDirectories(scratch);
        Path train = scratch.resolve("train.safetensors");
        Path heldOut = scratch.resolve("held-out.safetensors");
        try (BaseText text = BaseText.load(base)) {
            Map<String, String> metadata =
                    Map.of("tokenizer", text.tokenizerSha256(), "template", text.templateSha256());
            write(text, heldOut, metadata, seed + 1, HELD_OUT_DOCUMENTS, Long.MAX_VALUE);
            long[] counts = write(text, train, metadata, seed, Long.MAX_VALUE, tokens);
            return new Rows(train, heldOut, counts[0], counts[1]);
        }
    }

    private static long[] write(
            BaseText text, Path shard, Map<String, String> metadata, long seed, long documents, long tokens)
            throws IOException {
        Corpus corpus = new Corpus(seed);
        TokenDrill drill = new TokenDrill(seed, VOCABULARY);
        long rows = 0;
        long written = 0;
        try (TokenShardWriter writer = new TokenShardWriter(shard, metadata)) {
            while (rows < documents && written < tokens) {
                int[] ids = drill.due() ? drill.next() : ids(text, corpus.next());
                boolean[] trained = new boolean[ids.length];
                Arrays.fill(trained, 1, ids.length, true);
                rows++;
                writer.add(ids, trained, rows);
                written += ids.length;
            }
        }
        return new long[] {rows, written};
    }

    private static int[] ids(BaseText text, List<Turn> turns) {
        if (turns.getFirst().role().isEmpty()) {
            TokenizedChat prose = text.tokenizeCompletion("", turns.getFirst().text());
            return prose.ids();
        }
        return text.tokenize(turns.stream()
                        .map(turn -> new ChatMessage(turn.role(), turn.text(), false))
                        .toList())
                .ids();
    }
}
