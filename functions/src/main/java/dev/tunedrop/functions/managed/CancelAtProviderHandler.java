package dev.tunedrop.functions.managed;

import java.util.Optional;

import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;

/// Stops the job of a run that has failed meanwhile; no-op where no job is known.
public final class CancelAtProviderHandler extends JsonHandler<Step.Run, Step.Run> {

    private final Services services;

    public CancelAtProviderHandler() {
        this(Wiring.services());
    }

    public CancelAtProviderHandler(Services services) {
        super(Step.Run.class);
        this.services = services;
    }

    @Override
    public Step.Run handle(Step.Run input) {
        Optional<ManagedJob> job =
                services.cloud().artefacts().findJson(new RunFiles(input.runId()).managedJob(), ManagedJob.class);
        job.ifPresent(known -> services.providers().of(known.provider()).cancel(known.jobId()));
        return input;
    }
}
