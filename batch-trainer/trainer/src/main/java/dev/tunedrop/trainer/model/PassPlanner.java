package dev.tunedrop.trainer.model;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;

/// Counts the bytes and the operations of a pass, and chooses from them what its layers keep.
final class PassPlanner implements PassForecast {

    /// Operations that take as long as moving a byte: 195 on one H200, 165 on an RTX 4090.
    private static final double OPERATIONS_A_BYTE = 200;

    /// Bytes moved to open a weight in bf16, for each byte that it then takes: 2.5 for 2.
    private static final double MOVED_FOR_AN_OPENED_BYTE = 1.25;

    private final ModelConfig config;
    private final List<LayerWeights> layers;
    private final BaseOptions options;
    private final InputStore inputStore;
    private final long chunkElements;
    private final long typeBytes;
    private long limit = Long.MAX_VALUE;

    /// @param chunkElements logits that are held at once
    PassPlanner(
            ModelConfig config,
            List<LayerWeights> layers,
            BaseOptions options,
            InputStore inputStore,
            long chunkElements) {
        this.config = config;
        this.layers = layers;
        this.options = options;
        this.inputStore = inputStore;
        this.chunkElements = chunkElements;
        this.typeBytes = options.compute().getNumOfBytes();
    }

    ActivationPlan plan(long tokens) {
        Keep asked = options.keep();
        if (asked != null) return ActivationPlan.each(asked, layers.size());
        long allowed = Math.min(options.activationBytes(), limit - besides(tokens));
        return ActivationPlan.of(layer(tokens), layers.size(), allowed);
    }

    @Override
    public long bytes(long tokens) {
        return plan(tokens).held(layer(tokens)) + besides(tokens);
    }

    @Override
    public long leastBytes(long tokens) {
        return ActivationPlan.each(Keep.INPUT, layers.size()).held(layer(tokens)) + besides(tokens);
    }

    @Override
    public void limit(long bytes) {
        limit = bytes;
    }

    @Override
    public double workPerToken(long tokens) {
        ActivationPlan plan = plan(tokens);
        double work = 0;
        for (LayerWeights layer : layers) {
            Keep keep = plan.of(layer.number());
            double opening = OPERATIONS_A_BYTE * MOVED_FOR_AN_OPENED_BYTE * layer.openBytes();
            work += 2 * (2 * weights(layer) + computedAgain(layer, keep))
                    + (keep == Keep.ALL ? 1 : 2) * opening / tokens;
        }
        return work;
    }

    @Override
    public Map<Keep, Integer> layers(long tokens) {
        ActivationPlan plan = plan(tokens);
        Map<Keep, Integer> counts = new EnumMap<>(Keep.class);
        for (Keep keep : Keep.values()) if (plan.count(keep) > 0) counts.put(keep, plan.count(keep));
        return counts;
    }

    @Override
    public String sentence(long tokens) {
        return String.format(
                Locale.ROOT,
                "of %,d tokens for the backward pass %s: %.2f GiB at the peak",
                tokens,
                plan(tokens),
                bytes(tokens) / (double) (1L << 30));
    }

    private double weights(LayerWeights layer) {
        double all = 0;
        for (Projection projection : layer.linears().keySet())
            all += (double) projection.rows(config) * projection.columns(config);
        return all;
    }

    /// Weights whose product with the input is made a second time.
    private double computedAgain(LayerWeights layer, Keep keep) {
        double output = (double) Projection.OUTPUT.rows(config) * Projection.OUTPUT.columns(config);
        double down = (double) Projection.DOWN.rows(config) * Projection.DOWN.columns(config);
        double most = weights(layer) - (layer.keepsDown() ? 0 : down);
        return switch (keep) {
            case INPUT -> most;
            case ATTENTION -> most - output;
            case PRODUCTS, ALL -> 0;
        };
    }

    private ActivationPlan.LayerBytes layer(long tokens) {
        LayerWeights any = layers.getFirst();
        long number = typeBytes * tokens;
        long stream = config.hidden() * number;
        long input = inputStore.deviceBytes(stream);
        long attention = input
                + config.queryWidth() * number
                + stream * (any.has(NormPlace.AFTER_ATTENTION) ? 2 : 1)
                + (long) Float.BYTES * config.heads() * tokens;
        long products = attention
                + (config.queryWidth() + 2L * config.keyWidth()) * number
                + config.intermediate() * number * (any.has(Projection.GATE) ? 2 : 1)
                + (any.keepsDown() ? stream : 0);
        long opened = 0;
        for (LayerWeights layer : layers) opened = Math.max(opened, layer.openBytes());
        return new ActivationPlan.LayerBytes(input, attention, products, activations(tokens) + opened);
    }

    /// Bytes of one layer's activations.
    private long activations(long tokens) {
        int streams = 3 + config.architecture().norms().size(); // x, o and m, and what each norm answers
        long perToken = (long) streams * config.hidden()
                + 3L * config.queryWidth()
                + 3L * config.keyWidth()
                + 3L * config.intermediate();
        return perToken * typeBytes * tokens;
    }

    /// Bytes beside what is kept: the gradients of one layer's activations; logits of a chunk with their gradient and
    /// probabilities; x, n and their gradients.
    private long besides(long tokens) {
        long streams = 4 * tokens * config.hidden() * typeBytes;
        long logits = 3 * Float.BYTES * Math.min(chunkElements, tokens * config.vocabulary());
        return activations(tokens) + logits + streams;
    }
}
