package dev.tunedrop.trainer.op;

import java.util.function.Function;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/// A linear map whose weight is opened for each product and closed after it, so that few opened weights are held at
/// once. Same numbers, one opening more in a pass.
///
/// @param opening opens the map in a scope
public record BriefLinear(Function<NDManager, Linear> opening) implements Linear {

    @Override
    public NDArray forward(NDArray x) {
        try (NDManager scope = x.getManager().newSubManager()) {
            return opening.apply(scope).forward(x);
        }
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        try (NDManager scope = x.getManager().newSubManager()) {
            return opening.apply(scope).backward(x, dy);
        }
    }

    @Override
    public NDArray lastBackward(NDArray x, NDArray dy) {
        try (NDManager scope = x.getManager().newSubManager()) {
            return opening.apply(scope).lastBackward(x, dy);
        }
    }
}
