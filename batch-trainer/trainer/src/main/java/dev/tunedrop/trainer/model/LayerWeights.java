package dev.tunedrop.trainer.model;

import java.util.Map;

import ai.djl.ndarray.NDManager;

import dev.tunedrop.trainer.op.BiasedLinear;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.RmsNorm;
import dev.tunedrop.trainer.weights.Projection;

/// What one decoder layer computes with.
///
/// @param number of the layer, from 0
/// @param inputNorm before attention
/// @param postNorm before the feed-forward part
/// @param linears one for each [Projection]
record LayerWeights(int number, RmsNorm inputNorm, RmsNorm postNorm, Map<Projection, Source> linears) {

    /// A linear map at rest, opened for one pass: dequantised, with its dropout drawn.
    @FunctionalInterface
    interface Source {
        Linear open(NDManager scope, Draw draw);

        /// Bytes that opening it takes.
        default long openBytes() {
            return 0;
        }

        /// The same map with a bias.
        default Source plus(Leaf bias) {
            return new Biased(this, bias);
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

    /// Bytes that opening all of them takes.
    long openBytes() {
        return linears.values().stream().mapToLong(Source::openBytes).sum();
    }

    Linear open(Projection projection, NDManager scope, Draw draw) {
        Source source = linears.get(projection);
        if (source == null) throw new IllegalStateException("no linear map for " + projection);
        return source.open(scope, draw);
    }
}
