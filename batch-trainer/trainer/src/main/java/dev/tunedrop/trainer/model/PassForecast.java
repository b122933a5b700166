package dev.tunedrop.trainer.model;

import java.util.Map;

import dev.tunedrop.trainer.op.CrossEntropy;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;

/// What a pass forward and backward would take, told before it is made.
public interface PassForecast {

    /// What a pass may take of the free memory: four fifths. The rest is for what the arithmetic leaves out: the
    /// allocator's rounding, temporaries of one operator.
    static long allowed(long freeBytes) {
        return freeBytes / 5 * 4;
    }

    /// Of a model that is not at hand, on a GPU with so many bytes free once its base is there.
    ///
    /// @param trained weights of the adapter
    static PassForecast onGpu(ModelConfig config, BaseOptions options, long freeBytes, long trained) {
        double weights = 0;
        for (LinearMap map : config.linearMaps()) weights += (double) map.rows() * map.columns();
        double type = options.compute().getNumOfBytes();
        long open = options.quantised() ? (long) (type * weights / config.layers()) : 0;
        BaseOptions decided = options.activationBytes() == BaseOptions.AUTOMATIC
                ? options.withActivationBytes(
                        ActivationBudget.ofFree(freeBytes, trained, open).bytes())
                : options;
        PassPlanner planner = new PassPlanner(config, decided, open, bytes -> bytes, CrossEntropy.GPU_CHUNK_ELEMENTS);
        planner.limit(allowed(freeBytes));
        return planner;
    }

    /// About how many bytes it takes for so many tokens, on top of what is held already: what is kept for the backward
    /// is chosen to fit what is allowed, and counts.
    long bytes(long tokens);

    /// The same where it keeps as little as it can.
    long leastBytes(long tokens);

    /// Operations that a token costs in a pass of so many, with what is computed again, and with the opening of weights
    /// as the operations that take as long. Attention, which depends on the rows, is left out.
    double workPerToken(long tokens);

    /// From now on a pass keeps no more than makes it take so many bytes.
    void limit(long bytes);

    /// How many layers keep what in a pass of so many tokens.
    Map<Keep, Integer> layers(long tokens);

    /// One sentence: what a pass of so many tokens keeps.
    String sentence(long tokens);
}
