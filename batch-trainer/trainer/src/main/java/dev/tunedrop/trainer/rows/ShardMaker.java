package dev.tunedrop.trainer.rows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TokenizedChat;

/// Makes token shards of chats and completions.
public final class ShardMaker implements Shards {

    private final BaseText text;
    private final int maxTokens;

    /// @param maxTokens longer rows lose their end
    public ShardMaker(BaseText text, int maxTokens) {
        this.text = text;
        this.maxTokens = maxTokens;
    }

    /// What a file held; a row is a line, also where it becomes a pair.
    ///
    /// @param truncated rows that were cut
    public record Made(long rows, long heldOut, long tokens, long trainedTokens, long truncated) {}

    @Override
    public Made all(Path data, Path shard) {
        return make(data, survey(data).pairs, shard, null, (row, line) -> false);
    }

    @Override
    public Made split(Path data, Path train, Path validation, HeldOutRows heldOut) {
        Survey survey = survey(data);
        if (survey.rows == 0) throw new UserMistake(data + " has no rows. Give it at least one.");
        Made made = make(data, survey.pairs, train, validation, heldOut.among(survey.rows));
        heldOut.leaves(made, data);
        return made;
    }

    private Made make(Path data, boolean pairs, Path shard, @Nullable Path heldOut, HeldOutRows.Choice isHeldOut) {
        RowTokens rows = new RowTokens(data, text);
        PairTokens pairRows = new PairTokens(data, text);
        long[] counts = new long[3]; // rows, held out, truncated
        try (TokenShardWriter train = writer(shard, pairs);
                TokenShardWriter held =
                        writer(heldOut == null ? shard.resolveSibling("none.safetensors") : heldOut, pairs)) {
            boolean whole = false;
            try {
                JsonLines.each(data, (line, row) -> {
                    List<TokenizedChat> chats = pairs ? pairRows.tokens(line, row) : List.of(rows.tokens(line, row));
                    if (chats.stream().anyMatch(chat -> chat.tokens() > maxTokens)) counts[2]++;
                    boolean apart = isHeldOut.test(counts[0]++, line);
                    if (apart) counts[1]++;
                    for (TokenizedChat chat : chats) (apart ? held : train).add(chat.ids(), chat.trained(), line);
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

    private TokenShardWriter writer(Path shard, boolean pairs) throws IOException {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("tokenizer", text.tokenizerSha256());
        metadata.put("template", text.templateSha256());
        if (pairs) metadata.put(TokenShardReader.OBJECTIVE, TokenShardReader.DPO);
        return new TokenShardWriter(shard, metadata);
    }

    /// What a file holds: its first row says of which form all must be.
    private record Survey(long rows, boolean pairs) {}

    private static Survey survey(Path data) {
        AtomicLong rows = new AtomicLong();
        AtomicBoolean pairs = new AtomicBoolean();
        try {
            JsonLines.each(data, (line, row) -> {
                if (rows.getAndIncrement() == 0) pairs.set(PairTokens.isPair(row));
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data + ": " + e.getMessage(), e);
        }
        return new Survey(rows.get(), pairs.get());
    }
}
