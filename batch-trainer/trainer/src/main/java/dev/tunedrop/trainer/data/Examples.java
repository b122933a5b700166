package dev.tunedrop.trainer.data;

import java.util.Arrays;
import java.util.stream.LongStream;

import dev.tunedrop.events.artefact.TokenShardReader;

/// The examples of a shard: what is never parted. An example is one row, or the two rows of a preference pair.
///
/// @param maxTokens longest row
record Examples(TokenShardReader shard, int maxTokens) {

    int rowsEach() {
        return shard.pairs() ? 2 : 1;
    }

    long count() {
        return shard.rows() / rowsEach();
    }

    /// Tokens that an example may have, and a pack of them.
    int capacity() {
        return Math.multiplyExact(rowsEach(), maxTokens);
    }

    /// Tokens that go through the model.
    int length(long example) {
        return (int) tokens(rows(example));
    }

    /// Tokens of rows that go through the model.
    long tokens(long[] rows) {
        long tokens = 0;
        for (long row : rows) tokens += Math.min(shard.length(row), maxTokens);
        return tokens;
    }

    /// Whether each of its rows has something to learn: without one the example would change nothing.
    boolean useful(long example) {
        return rowsOf(example).allMatch(row -> shard.trains(row, maxTokens));
    }

    /// The rows of examples, one after the other.
    long[] rows(long... examples) {
        return Arrays.stream(examples).flatMap(this::rowsOf).toArray();
    }

    private LongStream rowsOf(long example) {
        return LongStream.range(example * rowsEach(), (example + 1) * rowsEach());
    }
}
