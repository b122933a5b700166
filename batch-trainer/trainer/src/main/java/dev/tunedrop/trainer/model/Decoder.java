package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.op.CrossEntropy;
import dev.tunedrop.trainer.op.RopeTable;
import dev.tunedrop.trainer.weights.ModelConfig;

/// A stack of layers from token ids to losses, logits and gradients. Which weights are trained is the weights' own
/// affair.
///
/// ```
/// forward    x_0 = embedding(ids)         (T, C)
///            x_l = layer_l(x_{l-1})       (T, C)
///            n = top(x_L)                 only of tokens that carry loss
///            loss = cross-entropy(n Hᵀ)   H the head, the embedding itself where tied
/// ```
///
/// How much of a layer is kept for its backward, which computes the rest again, follows from the bytes allowed
/// ([ActivationPlan]); an input that is kept waits in host memory, where that is asked for.
final class Decoder implements AutoCloseable {

    private static final InputStore ON_DEVICE = new InputStore.OnDevice();

    private final ModelConfig config;
    private final Embedder embedder;
    private final List<LayerWeights> layers;
    private final Top top;
    private final CrossEntropy head;
    private final @Nullable RopeTable rope;
    private final InputStore inputStore;
    private final PassPlanner planner;
    private final NDManager manager;

    Decoder(
            ModelConfig config,
            Embedder embedder,
            List<LayerWeights> layers,
            Top top,
            CrossEntropy head,
            BaseOptions options,
            NDManager manager) {
        this.config = config;
        this.embedder = embedder;
        this.layers = List.copyOf(layers);
        this.top = top;
        this.head = head;
        this.manager = manager.newSubManager();
        this.inputStore = InputStore.of(options.offload(), this.manager);
        long open =
                this.layers.stream().mapToLong(LayerWeights::openBytes).max().orElse(0);
        this.planner = new PassPlanner(config, options, open, inputStore::deviceBytes, head.chunkElements());
        int positions = Math.min(config.maxPositions(), 4096);
        this.rope = config.architecture().rotary()
                ? new RopeTable(this.manager, config.rope().frequencies(config.headDim()), positions, options.compute())
                : null;
    }

    /// The sum of the token losses.
    double loss(MicroBatch batch) {
        Targets targets = Targets.of(batch);
        if (targets.count() == 0) return 0;
        try (NDManager step = manager.newSubManager()) {
            Targets.Placed placed = targets.in(step);
            NDArray x = last(batch, step);
            return head.loss(top.forward(placed.select(x), step, Draw.NONE), placed.ids());
        }
    }

    /// The sum of the token losses of each row.
    double[] rowLosses(MicroBatch batch) {
        Targets targets = Targets.of(batch);
        if (targets.count() == 0) return new double[batch.lengths().length];
        try (NDManager step = manager.newSubManager()) {
            Targets.Placed placed = targets.in(step);
            NDArray x = last(batch, step);
            return targets.perRow(head.losses(top.forward(placed.select(x), step, Draw.NONE), placed.ids()));
        }
    }

    /// Logits (T, V) in fp32 of every token, attached to `scope`.
    NDArray logits(MicroBatch batch, NDManager scope) {
        try (NDManager step = manager.newSubManager()) {
            NDArray z = head.logits(top.forward(last(batch, step), step, Draw.NONE));
            z.attach(scope);
            return z;
        }
    }

    /// The residual stream before each layer, and after the last one and the final norm: L + 1 arrays (T, C).
    List<NDArray> hiddenStates(MicroBatch batch, NDManager scope) {
        List<NDArray> states = new ArrayList<>();
        try (NDManager step = manager.newSubManager()) {
            PassContext context = PassContext.of(config, rope, batch, Draw.NONE, step);
            NDArray x = embed(batch, Draw.NONE, step);
            for (LayerWeights layer : layers) {
                states.add(x);
                x = through(layer, x, context, step);
            }
            states.add(top.lastState(x));
            states.forEach(state -> state.attach(scope));
        }
        return states;
    }

    /// The sum of the token losses; adds its gradient to that of every weight that has one.
    double lossAndGradients(MicroBatch batch, Draw draw) {
        Targets targets = Targets.of(batch);
        return targets.count() == 0 ? 0 : CrossEntropy.sum(pass(batch, draw, targets, CrossEntropy.Result::dx));
    }

    /// The sum of the token losses of each row; adds the gradient of a function of them to that of every weight that
    /// has one.
    ///
    /// @param slopes from the losses of the rows to the function's derivative by each
    double[] rowLossesAndGradients(MicroBatch batch, Draw draw, UnaryOperator<double[]> slopes) {
        if (head.w().gradient() != null)
            throw new IllegalStateException("an objective over rows needs a head that is not trained");
        Targets targets = Targets.of(batch);
        if (targets.count() == 0) return new double[batch.lengths().length];
        return targets.perRow(pass(
                batch, draw, targets, head -> head.dx(targets.perToken(slopes.apply(targets.perRow(head.losses()))))));
    }

    /// What the host gives is on the device before the first layer, and what it reads waits for the last: in between it
    /// only queues work.
    ///
    /// @param gradient of the objective by the head's input, of what the head answered
    /// @return the losses of the trained tokens
    private float[] pass(
            MicroBatch batch, Draw draw, Targets targets, Function<CrossEntropy.Result, NDArray> gradient) {
        try (NDManager step = manager.newSubManager()) {
            PassContext context = PassContext.of(config, rope, batch, draw, step);
            Targets.Placed placed = targets.in(step);
            ActivationPlan plan = planner.plan(batch.tokens());
            List<InputStore.Waiting> inputs = new ArrayList<>();
            List<LayerPass> passes = new ArrayList<>();
            NDArray x = embed(batch, draw, step);
            for (LayerWeights layer : layers) {
                LayerPass pass = new LayerPass(layer, context, step);
                NDArray y = pass.forward(x);
                y.attach(step);
                Keep keep = plan.of(layer.number());
                pass.rest(keep);
                passes.add(pass);
                inputs.add((keep == Keep.ALL ? ON_DEVICE : inputStore).keep(layer.number(), x));
                x = y;
            }
            NDArray chosen = placed.select(x);
            CrossEntropy.Result result = head.lossAndGradients(top.forward(chosen, step, draw), placed.ids());
            NDArray dx = placed.spread(top.backward(chosen, gradient.apply(result), step, draw));
            for (int i = layers.size() - 1; i >= 0; i--) {
                try (LayerPass pass = passes.get(i)) {
                    if (plan.of(i) != Keep.ALL) pass.recompute(inputs.get(i).bringBack(pass.scope()));
                    NDArray before = pass.backward(dx);
                    before.attach(step);
                    dx.close();
                    dx = before;
                }
                inputs.get(i).close();
            }
            embedder.backward(batch.ids(), batch.positions(), draw.noise(), dx);
            return result.losses();
        }
    }

    private NDArray last(MicroBatch batch, NDManager step) {
        PassContext context = PassContext.of(config, rope, batch, Draw.NONE, step);
        NDArray x = embed(batch, Draw.NONE, step);
        for (LayerWeights layer : layers) {
            NDArray y = through(layer, x, context, step);
            x.close();
            x = y;
        }
        return x;
    }

    private static NDArray through(LayerWeights layer, NDArray x, PassContext context, NDManager step) {
        try (LayerPass pass = new LayerPass(layer, context, step)) {
            NDArray y = pass.forward(x);
            y.attach(step);
            return y;
        }
    }

    private NDArray embed(MicroBatch batch, Draw draw, NDManager step) {
        return embedder.forward(batch.ids(), batch.positions(), draw.noise(), step);
    }

    /// What [#lossAndGradients] would take.
    PassForecast forecast() {
        return planner;
    }

    @Override
    public void close() {
        manager.close();
    }
}
