package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What each layer of a pass keeps, chosen from the bytes allowed.
///
/// Steps are taken in a fixed order until the next one does not fit, so more bytes never keep less:
///
/// 1. The last layer keeps all: its backward comes first, when a layer that is computed again would hold the same.
/// 2. Every other layer keeps its attention, from the last to the first. In bf16 and with rows of 4,096 tokens a byte
///    kept there saves half as much again as a byte of step 3; only below rows of 2,048 it saves less.
/// 3. They keep their products. Every number kept is one that takes 2 C operations to make.
/// 4. They keep all, which saves the norms, the gate and the second opening of the weights: little for its bytes.
///
/// Layers are taken from the last, since those wait the shortest time.
///
/// @param layers what each of them keeps, the first layer's first
record ActivationPlan(List<Keep> layers) {

    private static final List<Keep> STEPS = List.of(Keep.ATTENTION, Keep.PRODUCTS, Keep.ALL);

    /// Bytes that a layer holds while it waits.
    ///
    /// @param all also what its own passes hold at once, gradients aside
    record LayerBytes(long input, long attention, long products, long all) {
        long of(Keep keep) {
            return switch (keep) {
                case INPUT -> input;
                case ATTENTION -> attention;
                case PRODUCTS -> products;
                case ALL -> all;
            };
        }
    }

    ActivationPlan {
        layers = List.copyOf(layers);
    }

    /// The same for every layer.
    static ActivationPlan each(Keep keep, int layers) {
        return new ActivationPlan(Collections.nCopies(layers, keep));
    }

    /// The most that fits; where not even the least does, that.
    static ActivationPlan of(LayerBytes layer, int layers, long allowed) {
        ActivationPlan least = each(Keep.INPUT, layers);
        long held = least.held(layer);
        if (held > allowed) return least;
        List<Keep> keeps = new ArrayList<>(least.layers);
        keeps.set(layers - 1, Keep.ALL);
        for (Keep step : STEPS) {
            for (int i = layers - 2; i >= 0; i--) {
                held += layer.of(step) - layer.of(keeps.get(i));
                if (held > allowed) return new ActivationPlan(keeps);
                keeps.set(i, step);
            }
        }
        return new ActivationPlan(keeps);
    }

    Keep of(int layer) {
        return layers.get(layer);
    }

    /// Bytes held at the peak, when the last layer is between its forward and its backward: what the others keep, and
    /// all of its own, kept or computed again.
    long held(LayerBytes layer) {
        long waiting = 0;
        for (Keep keep : layers.subList(0, layers.size() - 1)) waiting += layer.of(keep);
        return waiting + layer.all;
    }

    int count(Keep keep) {
        return Collections.frequency(layers, keep);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (Keep keep : Keep.values()) {
            int count = count(keep);
            if (count == 0) continue;
            String who = count == layers.size() ? "every layer" : count == 1 ? "1 layer" : count + " layers";
            boolean one = count == 1 || count == layers.size();
            parts.add("%s keep%s %s".formatted(who, one ? "s" : "", what(keep)));
        }
        return String.join(", ", parts);
    }

    private static String what(Keep keep) {
        return switch (keep) {
            case INPUT -> "the input";
            case ATTENTION -> "input and attention";
            case PRODUCTS -> "the products' results";
            case ALL -> "everything";
        };
    }
}
