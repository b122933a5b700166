package dev.tunedrop.trainer.run;

/// Training reached a NaN or an infinity; nothing of that step was kept.
public final class Diverged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int step;

    Diverged(int step, String what, double value) {
        super(
                ("the %s of step %d is %s; the weights were not moved by it. Lower learningRate, raise warmupShare, or look for"
                                + " broken rows")
                        .formatted(what, step, value));
        this.step = step;
    }

    public int step() {
        return step;
    }
}
