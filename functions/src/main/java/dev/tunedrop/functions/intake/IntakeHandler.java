package dev.tunedrop.functions.intake;

import java.time.Clock;

import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Gives each "Object Created" to [Intake].
public final class IntakeHandler extends QueueHandler {

    private final Intake intake;

    public IntakeHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public IntakeHandler(Cloud cloud, Clock clock) {
        this.intake = new Intake(cloud, clock);
    }

    @Override
    void take(String body) {
        Dropped.read(body).ifPresent(intake::take);
    }
}
