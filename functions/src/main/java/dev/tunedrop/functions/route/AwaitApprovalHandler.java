package dev.tunedrop.functions.route;

import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Keeps the token that answers the question, where a person can find it. The workflow waits for the answer.
public final class AwaitApprovalHandler extends JsonHandler<Step.Approval, Step.Run> {

    private final Cloud cloud;

    public AwaitApprovalHandler() {
        this(Wiring.cloud());
    }

    public AwaitApprovalHandler(Cloud cloud) {
        super(Step.Approval.class);
        this.cloud = cloud;
    }

    @Override
    public Step.Run handle(Step.Approval input) {
        cloud.ledger().awaitApproval(input.runId(), input.taskToken());
        return new Step.Run(input.runId());
    }
}
