package dev.tunedrop.trainer.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.trainer.model.MicroBatch;

/// Hands out optimiser steps. A step is the next `batchSize * gradientAccumulation` sequences, cut into micro-batches
/// of `batchSize` sequences. A step never spans two epochs: the last one of an epoch may have fewer, so that a small
/// dataset is still stepped on once an epoch.
public final class StepSource {

    private final TokenShardReader shard;
    private final SequenceStream sequences;
    private final int maxTokens;
    private final int batchSize;
    private final int sequencesPerStep;
    private final int steps;

    /// @param maxSteps a limit, or `Integer.MAX_VALUE`
    public StepSource(TokenShardReader shard, DataOrder order, int batchSize, int gradientAccumulation, int maxSteps) {
        this.shard = shard;
        this.sequences = new SequenceStream(shard, order);
        this.maxTokens = order.maxTokens();
        this.batchSize = batchSize;
        this.sequencesPerStep = batchSize * gradientAccumulation;
        this.steps = Math.toIntExact(sequences.batches(sequencesPerStep, maxSteps));
    }

    /// Optimiser steps of the whole run.
    public int steps() {
        return steps;
    }

    public Cursor cursor() {
        return sequences.cursor();
    }

    /// Epochs gone by, with their fraction.
    public double epoch() {
        return sequences.epoch();
    }

    public void seek(Cursor cursor) {
        sequences.seek(cursor);
    }

    /// The next step; empty when the epochs are over.
    public Optional<Step> next() {
        List<long[]> taken = sequences.next(sequencesPerStep);
        if (taken.isEmpty()) return Optional.empty();
        List<long[]> batches = new ArrayList<>();
        for (int from = 0; from < taken.size(); from += batchSize)
            batches.add(taken.subList(from, Math.min(taken.size(), from + batchSize)).stream()
                    .flatMapToLong(Arrays::stream)
                    .toArray());
        return Optional.of(new Step(batches));
    }

    /// One optimiser step; its micro-batches are read from the shard one by one.
    public final class Step {
        private final List<long[]> batches;

        private Step(List<long[]> batches) {
            this.batches = batches;
        }

        public int size() {
            return batches.size();
        }

        public MicroBatch batch(int index) {
            return MicroBatches.of(shard, batches.get(index), maxTokens);
        }
    }
}
