package dev.tunedrop.trainer.rows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TokenizedChat;
import dev.tunedrop.trainer.data.Shuffle;

/// Makes token shards of chats and completions.
public final class ShardMaker implements Shards {

    private static final long HELD_OUT_STREAM = -1;

    private final BaseText text;
    private final int maxTokens;

    /// @param maxTokens longer rows lose their end
    public ShardMaker(BaseText text, int maxTokens) {
        this.text = text;
        this.maxTokens = maxTokens;
    }

    /// What a file held.
    ///
    /// @param truncated rows that were cut
    public record Made(long rows, long heldOut, long tokens, long trainedTokens, long truncated) {}

    @Override
    public Made all(Path data, Path shard) {
        return make(data, shard, null, row -> false);
    }

    @Override
    public Made split(Path data, Path train, Path validation, double share, long seed) {
        long rows = count(data);
        if (rows == 0) throw new UserMistake(data + " has no rows. Give it at least one.");
        return make(data, train, validation, heldOut(rows, share, seed));
    }

    static LongPredicate heldOut(long rows, double share, long seed) {
        long held = share == 0 ? 0 : Math.max(rows >= 10 ? 1 : 0, Math.round(share * rows));
        Shuffle places = new Shuffle(rows, seed, HELD_OUT_STREAM);
        return row -> places.at(row) < held;
    }

    private Made make(Path data, Path shard, @Nullable Path heldOut, LongPredicate isHeldOut) {
        RowTokens rows = new RowTokens(data, text);
        long[] counts = new long[3]; // rows, held out, truncated
        try (TokenShardWriter train = writer(shard);
                TokenShardWriter held = writer(heldOut == null ? shard.resolveSibling("none.safetensors") : heldOut)) {
            boolean whole = false;
            try {
                JsonLines.each(data, (line, row) -> {
                    TokenizedChat chat = rows.tokens(line, row);
                    if (chat.tokens() > maxTokens) counts[2]++;
                    boolean apart = isHeldOut.test(counts[0]++);
                    if (apart) counts[1]++;
                    (apart ? held : train).add(chat.ids(), chat.trained(), line);
                });
                whole = true;
            } finally {
                if (!whole) train.abandon();
                if (!whole || heldOut == null) held.abandon();
            }
            if (counts[0] == 0) throw new UserMistake(data + " has no rows. Give it at least one.");
            return new Made(counts[0], counts[1], train.tokens(), train.trainedTokens(), counts[2]);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a token shard of " + data + ": " + e.getMessage(), e);
        }
    }

    private TokenShardWriter writer(Path shard) throws IOException {
        return new TokenShardWriter(
                shard, Map.of("tokenizer", text.tokenizerSha256(), "template", text.templateSha256()));
    }

    private static long count(Path data) {
        AtomicLong rows = new AtomicLong();
        try {
            JsonLines.each(data, (line, row) -> rows.incrementAndGet());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data + ": " + e.getMessage(), e);
        }
        return rows.get();
    }
}
