package dev.tunedrop.trainer.optim;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/// First and second moment of one parameter's gradient, as they are kept between two steps.
sealed interface Moments permits PlainMoments, BlockMoments {

    /// Moves the parameter and the moments.
    ///
    /// @param p fp32 master
    /// @param g fp32 gradient, final
    /// @param scope on the parameter's device; it closes after the call
    void move(NDArray p, NDArray g, Update update, NDManager scope);

    /// What is kept, by kind.
    Map<String, NDArray> arrays();
}
