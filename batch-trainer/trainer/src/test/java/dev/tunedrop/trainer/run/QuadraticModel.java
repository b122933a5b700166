package dev.tunedrop.trainer.run;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.libtorch.abi.LibTorchException;
import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Parameter;
import dev.tunedrop.trainer.model.PassForecast;
import dev.tunedrop.trainer.model.Trainable;

/// The smallest thing that learns: the loss of a token of id c is (|w - c·1|² + |u|²) / 2, so w goes to the mean of
/// the ids, and every gradient is known.
final class QuadraticModel implements Trainable {

    private final NDManager manager;
    private final Parameter w;
    private final Parameter u;
    private double poison;
    private int capacity = Integer.MAX_VALUE;
    private @Nullable Keeping keeping;

    QuadraticModel(NDManager parent) {
        manager = parent.newSubManager();
        w = parameter("w", new Shape(3));
        u = parameter("layers.0.u", new Shape(2, 2));
        Ops.fill_(u.master(), 1);
    }

    /// Makes the next loss, and its gradient, this.
    void poison(double value) {
        poison = value;
    }

    /// Refuses batches of more tokens, halfway through, as a full device does.
    void capacity(int tokens) {
        capacity = tokens;
    }

    /// Refuses passes that keep more bytes, halfway through.
    void room(long kept) {
        keeping = new Keeping(kept);
    }

    /// A pass keeps as much as it may, and 1,000 bytes at the most, beside the 100 that it needs.
    private static final class Keeping implements PassForecast {
        private final long room;
        private long kept = 1000;

        Keeping(long room) {
            this.room = room;
        }

        @Override
        public long bytes(long tokens) {
            return leastBytes(tokens) + kept;
        }

        @Override
        public long leastBytes(long tokens) {
            return 100;
        }

        @Override
        public double workPerToken(long tokens) {
            return 1;
        }

        @Override
        public void limit(long bytes) {
            kept = bytes - 100;
        }

        @Override
        public Map<Keep, Integer> layers(long tokens) {
            return Map.of();
        }

        @Override
        public String sentence(long tokens) {
            return kept + " bytes";
        }
    }

    @Override
    public @Nullable PassForecast forecast() {
        return keeping;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(w, u);
    }

    @Override
    public void beginStep(long step) {
        // draws no random numbers
    }

    @Override
    public double lossAndGradients(MicroBatch batch) {
        try (NDManager scope = manager.newSubManager()) {
            for (int target : batch.targets())
                if (target >= 0) {
                    Ops.add_(
                            alias(w.gradient(), scope), alias(w.master(), scope).sub(target), 1);
                    Ops.add_(alias(u.gradient(), scope), alias(u.master(), scope), 1);
                }
            if (batch.tokens() > capacity) throw new LibTorchException("LibTorch refused a test");
            if (keeping != null && keeping.kept > keeping.room) throw new LibTorchException("LibTorch refused a test");
            if (poison != 0) Ops.fill_(w.gradient(), poison);
        }
        return loss(batch) + poison;
    }

    @Override
    public double loss(MicroBatch batch) {
        double sum = 0;
        float[] values = w.master().toFloatArray();
        float[] others = u.master().toFloatArray();
        for (int target : batch.targets()) {
            if (target < 0) continue;
            for (float value : values) sum += (value - target) * (value - target) / 2;
            for (float value : others) sum += value * value / 2;
        }
        return sum;
    }

    @Override
    public void parametersChanged() {
        // nothing is derived from the masters
    }

    @Override
    public void close() {
        manager.close();
    }

    private Parameter parameter(String name, Shape shape) {
        return new Parameter(name, manager.zeros(shape, DataType.FLOAT32), manager.zeros(shape, DataType.FLOAT32));
    }

    private static NDArray alias(NDArray array, NDManager scope) {
        return ((LtNDArray) array).alias(scope);
    }
}
