package dev.tunedrop.trainer.model;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongUnaryOperator;

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
    private final BaseOptions options;
    private final long openBytes;
    private final LongUnaryOperator waitingInput;
    private final long chunkElements;
    private final long typeBytes;
    private long limit = Long.MAX_VALUE;

    /// @param openBytes of the largest layer's weights that are open at once
    /// @param waitingInput of the device's bytes, those that an input of so many takes while it waits
    /// @param chunkElements logits that are held at once
    PassPlanner(
            ModelConfig config,
            BaseOptions options,
            long openBytes,
            LongUnaryOperator waitingInput,
            long chunkElements) {
        this.config = config;
        this.options = options;
        this.openBytes = openBytes;
        this.waitingInput = waitingInput;
        this.chunkElements = chunkElements;
        this.typeBytes = options.compute().getNumOfBytes();
    }

    ActivationPlan plan(long tokens) {
        Keep asked = options.keep();
        if (asked != null) return ActivationPlan.each(asked, config.layers());
        long allowed = Math.min(options.activationBytes(), limit - besides(tokens));
        return ActivationPlan.of(layer(tokens), config.layers(), allowed);
    }

    @Override
    public long bytes(long tokens) {
        return plan(tokens).held(layer(tokens)) + besides(tokens);
    }

    @Override
    public long leastBytes(long tokens) {
        return ActivationPlan.each(Keep.INPUT, config.layers()).held(layer(tokens)) + besides(tokens);
    }

    @Override
    public void limit(long bytes) {
        limit = bytes;
    }

    @Override
    public double workPerToken(long tokens) {
        double opening = OPERATIONS_A_BYTE * MOVED_FOR_AN_OPENED_BYTE * openBytes / tokens;
        double work = 0;
        for (Keep keep : plan(tokens).layers())
            work += 2 * (2 * weights() + computedAgain(keep)) + (keep == Keep.ALL ? 1 : 2) * opening;
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
                "For the backward pass of %,d tokens %s: %.2f GiB at the peak.",
                tokens,
                plan(tokens),
                bytes(tokens) / (double) (1L << 30));
    }

    /// Of a layer.
    private double weights() {
        double all = 0;
        for (Projection projection : config.architecture().linears().keySet()) all += weights(projection);
        return all;
    }

    private double weights(Projection projection) {
        return (double) projection.rows(config) * projection.columns(config);
    }

    /// Weights of a layer whose product with their input is made a second time.
    private double computedAgain(Keep keep) {
        double most = weights() - (readsDown() ? 0 : weights(Projection.DOWN));
        return switch (keep) {
            case INPUT -> most;
            case ATTENTION -> most - weights(Projection.OUTPUT);
            case PRODUCTS, ALL -> 0;
        };
    }

    private boolean has(NormPlace place) {
        return config.architecture().norms().containsKey(place);
    }

    /// Whether the backward reads what the last map answers.
    private boolean readsDown() {
        return has(NormPlace.AFTER_FEED_FORWARD) || has(NormPlace.FEED_FORWARD_SUM);
    }

    private ActivationPlan.LayerBytes layer(long tokens) {
        boolean gated = config.architecture().linears().containsKey(Projection.GATE);
        long number = typeBytes * tokens;
        long stream = config.hidden() * number;
        long input = waitingInput.applyAsLong(stream);
        long attention = input
                + config.queryWidth() * number
                + stream * (has(NormPlace.AFTER_ATTENTION) ? 2 : 1)
                + (long) Float.BYTES * config.heads() * tokens;
        long products = attention
                + (config.queryWidth() + 2L * config.keyWidth()) * number
                + config.intermediate() * number * (gated ? 2 : 1)
                + (readsDown() ? stream : 0);
        return new ActivationPlan.LayerBytes(input, attention, products, activations(tokens) + openBytes);
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
