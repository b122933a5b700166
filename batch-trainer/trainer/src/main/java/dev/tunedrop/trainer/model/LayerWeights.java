package dev.tunedrop.trainer.model;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.trainer.op.ApartLinears;
import dev.tunedrop.trainer.op.BiasedGroup;
import dev.tunedrop.trainer.op.BiasedLinear;
import dev.tunedrop.trainer.op.BriefLinear;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.LinearGroup;
import dev.tunedrop.trainer.op.Norm;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;

/// What one decoder layer computes with.
///
/// @param number of the layer, from 0
/// @param norms those that the architecture has
/// @param linears those that the architecture has
/// @param joined those of [#GROUPS] whose maps are computed together
record LayerWeights(
        int number,
        Map<NormPlace, Norm> norms,
        Map<Projection, Source> linears,
        Map<List<Projection>, GroupSource> joined) {

    /// Maps that read the same input.
    static final List<Projection> INPUTS = List.of(Projection.QUERY, Projection.KEY, Projection.VALUE);

    static final List<Projection> GATED = List.of(Projection.GATE, Projection.UP);
    static final List<List<Projection>> GROUPS = List.of(INPUTS, GATED);

    /// Linear maps of one input at rest, opened for one pass.
    interface GroupSource {
        LinearGroup open(NDManager scope, Draw draw);

        /// The same maps, each opened for each product.
        GroupSource briefly();

        /// The same maps, each with a bias.
        default GroupSource plus(List<Leaf> biases) {
            return new BiasedTogether(this, biases);
        }
    }

    /// A linear map at rest, opened for one pass: dequantised, with its dropout drawn.
    @FunctionalInterface
    interface Source {
        Linear open(NDManager scope, Draw draw);

        /// Bytes that opening it takes.
        default long openBytes() {
            return 0;
        }

        /// The same map, opened for each product.
        default Source briefly() {
            return new Brief(this);
        }

        /// The same map with a bias.
        default Source plus(Leaf bias) {
            return new Biased(this, bias);
        }
    }

    private record Brief(Source map) implements Source {
        @Override
        public Linear open(NDManager scope, Draw draw) {
            return new BriefLinear(each -> map.open(each, draw));
        }

        @Override
        public long openBytes() {
            return map.openBytes();
        }
    }

    private record Biased(Source map, Leaf bias) implements Source {
        @Override
        public Linear open(NDManager scope, Draw draw) {
            return new BiasedLinear(map.open(scope, draw), bias);
        }

        @Override
        public long openBytes() {
            return map.openBytes();
        }
    }

    private record BiasedTogether(GroupSource maps, List<Leaf> biases) implements GroupSource {
        @Override
        public LinearGroup open(NDManager scope, Draw draw) {
            return new BiasedGroup(maps.open(scope, draw), biases);
        }

        @Override
        public GroupSource briefly() {
            return new BiasedTogether(maps.briefly(), biases);
        }
    }

    /// The same weights, each opened for one product at a time.
    LayerWeights briefly() {
        Map<Projection, Source> brief = new EnumMap<>(Projection.class);
        linears.forEach((projection, source) -> brief.put(projection, source.briefly()));
        Map<List<Projection>, GroupSource> groups = new HashMap<>();
        joined.forEach((group, source) -> groups.put(group, source.briefly()));
        return new LayerWeights(number, norms, brief, groups);
    }

    boolean has(Projection projection) {
        return linears.containsKey(projection);
    }

    boolean has(NormPlace place) {
        return norms.containsKey(place);
    }

    /// Whether the backward needs what the last map answers.
    boolean keepsDown() {
        return has(NormPlace.AFTER_FEED_FORWARD) || has(NormPlace.FEED_FORWARD_SUM);
    }

    /// x normalised where the architecture does so here; x itself where it does not.
    NDArray normed(NormPlace place, NDArray x) {
        Norm norm = norms.get(place);
        return norm == null ? x : norm.forward(x);
    }

    /// dx of [#normed].
    NDArray normedBackward(NormPlace place, NDArray x, NDArray dy) {
        Norm norm = norms.get(place);
        return norm == null ? dy : norm.backward(x, dy);
    }

    /// The same where x is only made if it is needed.
    NDArray normedBackward(NormPlace place, Supplier<NDArray> x, NDArray dy) {
        Norm norm = norms.get(place);
        return norm == null ? dy : norm.backward(x.get(), dy);
    }

    /// Bytes that are open at once: all of those that stay open in a pass, and the largest of those that do not.
    long openBytes() {
        long staying = 0;
        long brief = 0;
        for (Source source : linears.values()) {
            if (source instanceof Brief) brief = Math.max(brief, source.openBytes());
            else staying += source.openBytes();
        }
        return staying + brief;
    }

    Linear open(Projection projection, NDManager scope, Draw draw) {
        Source source = linears.get(projection);
        if (source == null) throw new IllegalStateException("no linear map for " + projection);
        return source.open(scope, draw);
    }

    /// @param group one of [#GROUPS]
    LinearGroup open(List<Projection> group, NDManager scope, Draw draw) {
        GroupSource together = joined.get(group);
        if (together != null) return together.open(scope, draw);
        return new ApartLinears(
                group.stream().map(each -> open(each, scope, draw)).toList());
    }
}
