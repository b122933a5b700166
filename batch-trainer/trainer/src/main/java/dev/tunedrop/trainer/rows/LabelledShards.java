package dev.tunedrop.trainer.rows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Labels;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;

/// Makes token shards of a JSONL file of `text` and `label`; a label is a word or a whole number.
///
/// @param labels every label of the data, in the order of a classifier's answers
/// @param maxTokens longer texts lose their end
public record LabelledShards(BaseText text, List<String> labels, int maxTokens) implements Shards {

    private static final String REMEDY = "Rows are {\"text\": \"...\", \"label\": \"...\"}";

    /// The labels of a file in order; empty where its first row has no text with a label.
    public static List<String> labels(Path data) {
        TreeSet<String> found = new TreeSet<>();
        AtomicInteger rows = new AtomicInteger();
        each(data, (line, row) -> {
            boolean first = rows.getAndIncrement() == 0;
            if (first ? row.has("text") && row.has("label") : !found.isEmpty()) found.add(label(data, line, row));
        });
        if (found.size() == 1)
            throw new UserMistake("%s knows one label alone. Give it rows of at least two.".formatted(data));
        return Labels.sorted(found);
    }

    @Override
    public ShardMaker.Made all(Path data, Path shard) {
        return make(data, shard, null, (row, line) -> false);
    }

    @Override
    public ShardMaker.Made split(Path data, Path train, Path validation, HeldOutRows heldOut) {
        AtomicLong rows = new AtomicLong();
        each(data, (line, row) -> rows.incrementAndGet());
        ShardMaker.Made made = make(data, train, validation, heldOut.among(rows.get()));
        heldOut.leaves(made, data);
        return made;
    }

    private ShardMaker.Made make(Path data, Path shard, @Nullable Path heldOut, HeldOutRows.Choice isHeldOut) {
        long[] counts = new long[3]; // rows, held out, cut
        try (TokenShardWriter train = writer(shard);
                TokenShardWriter held = writer(heldOut == null ? shard.resolveSibling("none.safetensors") : heldOut)) {
            boolean whole = false;
            try {
                JsonLines.each(data, (line, row) -> {
                    boolean apart = isHeldOut.test(counts[0]++, line);
                    int[] ids = ids(data, line, row, counts);
                    if (apart) counts[1]++;
                    (apart ? held : train).add(ids, known(data, line, row), line);
                });
                whole = true;
            } finally {
                if (!whole) train.abandon();
                if (!whole || heldOut == null) held.abandon();
            }
            if (counts[0] == 0) throw new UserMistake(data + " has no rows. Give it at least one.");
            return new ShardMaker.Made(counts[0], counts[1], train.tokens(), train.trainedTokens(), counts[2]);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a token shard of " + data + ": " + e.getMessage(), e);
        }
    }

    private int[] ids(Path data, long line, ObjectNode row, long[] counts) {
        JsonNode value = row.get("text");
        if (value == null || !value.isTextual()) throw JsonLines.mistake(data, line, "has no text in \"text\"", REMEDY);
        try {
            int[] ids = text.textIds(value.textValue(), maxTokens);
            if (ids.length < text.textIds(value.textValue(), Integer.MAX_VALUE).length) counts[2]++;
            return ids;
        } catch (TextException e) {
            throw JsonLines.mistake(data, line, "cannot be tokenised: " + e.getMessage(), "Correct the row");
        }
    }

    private String known(Path data, long line, ObjectNode row) {
        String label = label(data, line, row);
        if (!labels.contains(label))
            throw JsonLines.mistake(
                    data,
                    line,
                    "has a label that is none of the %d known ones".formatted(labels.size()),
                    "Use one of " + String.join(", ", labels.subList(0, Math.min(10, labels.size()))));
        return label;
    }

    private static String label(Path data, long line, ObjectNode row) {
        JsonNode label = row.path("label");
        if (label.isTextual() && !label.textValue().isBlank()) return label.textValue();
        if (label.isIntegralNumber()) return label.asText();
        throw JsonLines.mistake(data, line, "has no word or whole number in \"label\"", REMEDY);
    }

    private TokenShardWriter writer(Path shard) throws IOException {
        Map<String, String> sums = Map.of("tokenizer", text.tokenizerSha256(), "template", text.templateSha256());
        return new TokenShardWriter(shard, sums, labels);
    }

    private static void each(Path data, JsonLines.RowReader reader) {
        try {
            JsonLines.each(data, reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data + ": " + e.getMessage(), e);
        }
    }
}
