package dev.tunedrop.trainer.job;

/// Another attempt has taken over the run: this one has nothing more to say about it, not even that it failed.
final class Superseded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Superseded(Fenced.Claim own, Fenced.Claim now) {
        super("attempt %d (%s) of this run has been taken over by attempt %d (%s); it stops and leaves the run as it is"
                .formatted(own.number(), own.attempt(), now.number(), now.attempt()));
    }
}
