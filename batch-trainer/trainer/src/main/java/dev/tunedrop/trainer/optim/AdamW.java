package dev.tunedrop.trainer.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.events.run.MemorySettings.Optimizer;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.model.Parameter;

/// AdamW as `torch.optim.AdamW` computes it, operation by operation, in fp32 on the parameters' device.
///
/// ```
/// p ← p (1 - lr λ)
/// m ← m + (1 - β₁)(g - m)
/// v ← β₂ v + (1 - β₂) g²
/// p ← p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)          t = 1, 2, …
/// ```
/// Loshchilov and Hutter: Decoupled Weight Decay Regularization, ICLR 2019. How the moments m and v are kept between
/// two steps is an option: [PlainMoments] or [BlockMoments], on the device or in host memory ([Residence]).
public final class AdamW implements AutoCloseable {

    private final List<Parameter> parameters;
    private final double weightDecay;
    private final NDManager manager;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private int steps;

    /// @param weightDecay λ
    /// @param kind how moments are held
    /// @param paged moments live in host memory and visit the device for the step; nothing to do on a CPU
    public record Options(double weightDecay, Optimizer kind, boolean paged) {

        /// Moments in fp32 on the device.
        public static Options plain(double weightDecay) {
            return new Options(weightDecay, Optimizer.ADAMW, false);
        }
    }

    public AdamW(List<Parameter> parameters, Options options, NDManager parent) {
        this(parameters, options, parent, Residence.of(options.paged(), parent.getDevice()));
    }

    AdamW(List<Parameter> parameters, Options options, NDManager parent, Residence residence) {
        this.parameters = List.copyOf(parameters);
        this.weightDecay = options.weightDecay();
        this.manager = parent.newSubManager();
        NDManager home = residence.home(manager);
        CodeBooks books = CodeBooks.on(manager);
        for (Parameter parameter : parameters)
            moments.put(parameter.name(), moments(options.kind(), parameter, books, home, residence));
    }

    private static Moments moments(
            Optimizer kind, Parameter parameter, CodeBooks books, NDManager home, Residence residence) {
        return switch (kind) {
            case ADAMW -> new PlainMoments(parameter.master().getShape(), home, residence);
            case ADAMW_8BIT ->
                parameter.elements() < BlockMoments.SMALLEST
                        ? new PlainMoments(parameter.master().getShape(), home, residence)
                        : new BlockMoments(parameter.elements(), books, home, residence);
        };
    }

    /// One step. Gradients are multiplied by `gradientScale` first, and are zero afterwards.
    public void step(double learningRate, double gradientScale) {
        steps++;
        try (NDManager scope = manager.newSubManager()) {
            Update update = Update.of(learningRate, steps, scope);
            for (Parameter parameter : parameters)
                try (NDManager tensor = scope.newSubManager()) {
                    NDArray p = in(tensor, parameter.master());
                    NDArray g = in(tensor, parameter.gradient());
                    Ops.mulScalar_(g, gradientScale);
                    if (weightDecay != 0) Ops.mulScalar_(p, 1 - learningRate * weightDecay);
                    moments(parameter).move(p, g, update, tensor);
                    Ops.zero_(g);
                }
        }
    }

    /// How many steps were made: t.
    public int steps() {
        return steps;
    }

    /// Goes on from another optimiser's step; its [#state] is written by the caller.
    public void resumeAt(int stepsMade) {
        steps = stepsMade;
    }

    /// Everything a later optimiser needs besides the step, by name, in a fixed order.
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        moments.forEach(
                (name, moment) -> moment.arrays().forEach((kind, array) -> state.put(kind + "." + name, array)));
        return state;
    }

    /// What the state takes between two steps.
    public long stateBytes() {
        return state().values().stream()
                .mapToLong(
                        array -> array.getShape().size() * array.getDataType().getNumOfBytes())
                .sum();
    }

    private Moments moments(Parameter parameter) {
        Moments found = moments.get(parameter.name());
        if (found == null) throw new IllegalArgumentException("no parameter is named " + parameter.name());
        return found;
    }

    @Override
    public void close() {
        manager.close();
    }

    private static LtNDArray in(NDManager scope, NDArray array) {
        return ((LtNDArray) array).alias(scope);
    }
}
