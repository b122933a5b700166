package dev.tunedrop.functions.publish;

import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Reads what the training job measured on the held-out rows and decides whether the adapter may go live.
public final class EvaluateAdapterHandler extends JsonHandler<Step.Run, Step.Gate> {

    private final Cloud cloud;

    public EvaluateAdapterHandler() {
        this(Wiring.cloud());
    }

    public EvaluateAdapterHandler(Cloud cloud) {
        super(Step.Run.class);
        this.cloud = cloud;
    }

    @Override
    public Step.Gate handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        HeldOutLosses losses = cloud.artefacts().json(files.heldOut(), HeldOutLosses.class);
        Evaluation evaluation = Gate.decide(input.runId(), losses, settings.minImprovement());
        cloud.artefacts().putJson(files.evaluation(), evaluation);
        return new Step.Gate(evaluation.passed(), evaluation.reason());
    }
}
