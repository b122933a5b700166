package dev.tunedrop.trainer.bench;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// The time of a QLoRA pass in bf16 with our own kernels, from shapes and rates alone: what computes by its operations,
/// everything else by the bytes that it moves. For a decoder with a norm before each part and a gate.
///
/// Bytes of one token, b = 2 of a number, I inputs and O outputs of a map, m maps that read one input together:
///
/// ```
/// LoRA's side   forward   b (I + Σ O)         x for x A; the side product, which the large one reads in its shadow
///               backward  b (3 I + 2 Σ O)     x twice, dy twice, the side product of dx
/// SwiGLU        forward   3 b F               backward 5 b F
/// sums          forward   6 b C               backward 6 b C     two of the stream each way
/// RMSNorm       forward   4 b C               backward 6 b C     two norms
/// RoPE          2 b (H + K) D                 each way
/// loss          3 b V                         of the logits
/// NF4 opened    2.5 bytes a weight            not of a token
/// ```
///
/// What is computed again moves its forward's bytes again.
final class ExpectedTime {

    /// bf16 operations a second of a large product, and of attention forward and backward.
    record Rates(double products, double attention, double attentionBackward) {}

    private static final double BYTES_A_SECOND = 3.7e12;
    private static final double NUMBER = 2;
    private static final double OPENED = 2.5;

    /// Maps that read one input.
    private static final List<Set<Projection>> GROUPS = List.of(
            Set.of(Projection.QUERY, Projection.KEY, Projection.VALUE),
            Set.of(Projection.OUTPUT),
            Set.of(Projection.GATE, Projection.UP),
            Set.of(Projection.DOWN));

    private final ModelConfig model;
    private final int tokens;
    private final Map<Keep, Integer> layers;
    private final PassWork work;

    /// @param layers how many keep what
    ExpectedTime(ModelConfig model, Workload.Batch batch, Map<Keep, Integer> layers) {
        this.model = model;
        this.tokens = batch.tokens();
        this.layers = new EnumMap<>(layers);
        this.work = PassWork.of(model, Workload.RANK, batch.row(), layers);
    }

    /// Seconds of each part.
    Map<String, Double> parts(Rates rates) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("large products, head included", tokens * work.products() / rates.products);
        parts.put(
                "attention",
                tokens * (work.attention() / rates.attention + work.attentionBackward() / rates.attentionBackward));
        parts.put("LoRA's side path", moved(sides()));
        parts.put("NF4 opened", openings() * OPENED * Limit.linearWeights(model) / model.layers() / BYTES_A_SECOND);
        parts.put("SwiGLU", moved(NUMBER * model.intermediate() * (8 * model.layers() + 3 * innerAgain())));
        parts.put("sums of the residual stream", moved(NUMBER * model.hidden() * (12 * model.layers() + 3 * inputs())));
        parts.put("RMSNorm", moved(NUMBER * model.hidden() * (10 * model.layers() + 4 * innerAgain())));
        parts.put(
                "RoPE",
                moved(2 * NUMBER * (model.queryWidth() + model.keyWidth()) * (2 * model.layers() + turnedAgain())));
        parts.put("loss, without its products", moved(3 * NUMBER * model.vocabulary()));
        return parts;
    }

    double seconds(Rates rates) {
        return parts(rates).values().stream().mapToDouble(Double::doubleValue).sum();
    }

    double tokensPerSecond(Rates rates) {
        return tokens / seconds(rates);
    }

    private double moved(double bytesOfAToken) {
        return tokens * bytesOfAToken / BYTES_A_SECOND;
    }

    private int count(Keep keep) {
        return layers.getOrDefault(keep, 0);
    }

    private int inputs() {
        return count(Keep.INPUT);
    }

    /// Layers whose norms and gate are computed again.
    private int innerAgain() {
        return model.layers() - count(Keep.ALL);
    }

    private int turnedAgain() {
        return inputs() + count(Keep.ATTENTION);
    }

    /// Layers that are opened, once for each direction or once for both.
    private int openings() {
        return 2 * model.layers() - count(Keep.ALL);
    }

    private double sides() {
        double bytes = 0;
        for (Set<Projection> group : GROUPS) {
            Projection any = group.iterator().next();
            double in = any.columns(model);
            double out = sum(group);
            int again = 0;
            for (Map.Entry<Keep, Integer> kept : layers.entrySet())
                if (PassWork.again(any, kept.getKey())) again += kept.getValue();
            bytes += NUMBER * ((model.layers() + again) * (in + out) + model.layers() * (3 * in + 2 * out));
        }
        return bytes;
    }

    private double sum(Collection<Projection> group) {
        return group.stream().mapToDouble(each -> each.rows(model)).sum();
    }
}
