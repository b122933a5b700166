package dev.tunedrop.trainer.run;

import org.jspecify.annotations.Nullable;

/// Training reached a NaN or an infinity; nothing of that step was kept.
public final class Diverged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int step;

    /// @param tensor the first parameter whose gradient is not finite; absent where each by itself is
    Diverged(int step, String what, double value, @Nullable String tensor) {
        super(
                ("the %s of step %d is %s%s; the weights were not moved by it and the last checkpoint stands. Lower learningRate,"
                                + " raise warmupShare, or look for broken rows")
                        .formatted(
                                what,
                                step,
                                value,
                                tensor == null ? "" : ", and so is the gradient of " + tensor + " first of all"));
        this.step = step;
    }

    public int step() {
        return step;
    }
}
