package dev.tunedrop.trainer.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.trainer.model.MicroBatch;

/// Hands out optimiser steps. A step is the next sequences, as many as the [StepPlan] says, cut into micro-batches. A
/// step never spans two epochs: the last one of an epoch may have fewer, so that a small dataset is still stepped on
/// once an epoch.
///
/// The cut bounds memory and nothing else: losses and gradients are sums. It is by the plan's sequences, and by
/// [#cutAt] tokens where the memory allows no more; a sequence is never split.
public final class StepSource {

    private final TokenShardReader shard;
    private final SequenceStream sequences;
    private final int maxTokens;
    private final StepPlan plan;
    private final int steps;
    private @Nullable Integer microBatchTokens;

    public StepSource(TokenShardReader shard, DataOrder order, StepPlan plan) {
        this.shard = shard;
        this.sequences = new SequenceStream(shard, order);
        this.maxTokens = order.maxTokens();
        this.plan = plan;
        this.steps = Math.toIntExact(sequences.steps(plan));
    }

    /// Optimiser steps of the whole run.
    public int steps() {
        return steps;
    }

    /// The most tokens that a sequence may have.
    public int sequenceTokens() {
        return sequences.capacity();
    }

    public Cursor cursor() {
        return sequences.cursor();
    }

    /// Epochs gone by, with their fraction.
    public double epoch() {
        return sequences.epoch();
    }

    /// Whether the last step handed out was its epoch's last.
    public boolean atEpochEnd() {
        return sequences.atEpochEnd();
    }

    public void seek(Cursor cursor) {
        sequences.seek(cursor);
    }

    /// Cuts the steps that follow into micro-batches of at most so many tokens, or of one sequence.
    ///
    /// @param tokens absent: the plan's sequences alone decide
    public void cutAt(@Nullable Integer tokens) {
        microBatchTokens = tokens;
    }

    public @Nullable Integer microBatchTokens() {
        return microBatchTokens;
    }

    /// The next step; empty when the epochs are over.
    public Optional<Step> next() {
        List<long[]> taken = sequences.next(plan);
        return taken.isEmpty() ? Optional.empty() : Optional.of(new Step(taken));
    }

    /// One optimiser step; its micro-batches are read from the shard one by one.
    public final class Step {
        private final List<long[]> taken;
        private final List<long[]> batches = new ArrayList<>();

        private Step(List<long[]> taken) {
            this.taken = taken;
            int limit = microBatchTokens == null ? Integer.MAX_VALUE : microBatchTokens;
            List<long[]> batch = new ArrayList<>();
            long tokens = 0;
            for (long[] rows : taken) {
                long next = sequences.tokens(rows);
                if (!batch.isEmpty() && !plan.passesAtOnce(batch.size(), tokens, next, limit)) {
                    batches.add(joined(batch));
                    batch.clear();
                    tokens = 0;
                }
                batch.add(rows);
                tokens += next;
            }
            batches.add(joined(batch));
        }

        public int size() {
            return batches.size();
        }

        /// The most tokens that one of its micro-batches has.
        public int largest() {
            return Math.toIntExact(
                    batches.stream().mapToLong(sequences::tokens).max().orElseThrow());
        }

        /// The same step, cut as the source cuts now.
        public Step cutAgain() {
            return new Step(taken);
        }

        public MicroBatch batch(int index) {
            return MicroBatches.of(shard, batches.get(index), maxTokens);
        }
    }

    private static long[] joined(List<long[]> sequences) {
        return sequences.stream().flatMapToLong(Arrays::stream).toArray();
    }
}
