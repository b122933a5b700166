package dev.tunedrop.trainer.op;

import java.util.List;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;

/// Linear maps of one input, each with a bias: [BiasedLinear] of each.
///
/// @param maps of one input
/// @param biases one b (O) of each map; of a frozen base they have no gradient
public record BiasedGroup(LinearGroup maps, List<Leaf> biases) implements LinearGroup {

    @Override
    public List<NDArray> forward(NDArray x) {
        List<NDArray> ys = maps.forward(x);
        for (int i = 0; i < ys.size(); i++) Ops.add_(ys.get(i), biases.get(i).value(), 1);
        return ys;
    }

    @Override
    public NDArray backward(NDArray x, List<NDArray> dys) {
        for (int i = 0; i < dys.size(); i++) Gradients.addSum(biases.get(i), dys.get(i));
        return maps.backward(x, dys);
    }
}
