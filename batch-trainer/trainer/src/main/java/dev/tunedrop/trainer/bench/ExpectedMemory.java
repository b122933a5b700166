package dev.tunedrop.trainer.bench;

import dev.tunedrop.events.run.MemorySettings;
import dev.tunedrop.events.run.RunSettings.Compute;
import dev.tunedrop.events.run.RunSettings.Method;
import dev.tunedrop.events.run.TrainingMemory;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;

/// The memory of a QLoRA pass in bf16 that is short of it: with recompute, each weight open for one product and the
/// embedding with the host where the head is another, by [TrainingMemory]'s count; the quote counts the same, with the
/// embedding. The logits' chunk is left out: it is not held at the peak. What an allocator
/// rounds up comes on top.
///
/// @param rest bytes at rest
/// @param inputs bytes of the layers' inputs
/// @param peak bytes of the layer at its peak
record ExpectedMemory(double rest, double inputs, double peak) {

    private static final double GIB = 1L << 30;

    static ExpectedMemory of(ModelConfig model, int rank, double tokens) {
        double adapter = 0;
        double largest = 0;
        for (LinearMap map : model.linearMaps()) {
            adapter += (double) rank * (map.rows() + map.columns());
            largest = Math.max(largest, (double) map.rows() * map.columns());
        }
        TrainingMemory memory = TrainingMemory.of(
                new TrainingMemory.Sizes(
                        Limit.linearWeights(model),
                        (double) model.vocabulary() * model.hidden(),
                        largest,
                        model.layers(),
                        model.hidden(),
                        model.intermediate(),
                        model.keyWidth(),
                        model.vocabulary()),
                Method.QLORA,
                Compute.BF16,
                new MemorySettings(null, MemorySettings.Optimizer.ADAMW, false, false),
                adapter,
                tokens);
        return new ExpectedMemory(memory.rest(), memory.inputs(), memory.peak());
    }

    double gib() {
        return (rest + inputs + peak) / GIB;
    }
}
