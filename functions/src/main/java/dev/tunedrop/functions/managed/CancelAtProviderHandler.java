package dev.tunedrop.functions.managed;

import java.util.Optional;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.provider.Provider;

/// Stops the job of a run that has failed meanwhile, also one whose order was never answered.
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
        RunFiles files = new RunFiles(input.runId());
        Optional<ManagedJob> job = services.cloud().artefacts().findJson(files.managedJob(), ManagedJob.class);
        if (job.isPresent())
            services.providers().of(job.get().provider()).cancel(job.get().jobId());
        else cancelUnseen(files);
        return input;
    }

    /// The order may have been taken though its answer never came.
    private void cancelUnseen(RunFiles files) {
        Optional<String> route = services.cloud()
                .artefacts()
                .findJson(files.decision(), Decision.class)
                .map(Decision::chosen);
        if (route.isEmpty()) return;
        Optional<Provider> provider =
                services.providers().find(route.get().substring(0, route.get().indexOf('/')));
        if (provider.isEmpty()) return;
        provider.get()
                .jobOf(SubmitToProviderHandler.orderKey(files.runId(), route.get()))
                .ifPresent(provider.get()::cancel);
    }
}
