package dev.tunedrop.functions.cloud.aws;

import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.StartExecutionRequest;

import dev.tunedrop.functions.cloud.Executions;

/// Executions of the one state machine. StartExecution is idempotent for one name and one input while the execution
/// runs; afterwards it answers ExecutionAlreadyExists, which means the same to us.
final class StepFunctionsExecutions implements Executions {

    private final SfnClient stepFunctions;
    private final String stateMachineArn;

    StepFunctionsExecutions(SfnClient stepFunctions, String stateMachineArn) {
        this.stepFunctions = stepFunctions;
        this.stateMachineArn = stateMachineArn;
    }

    @Override
    public boolean start(String name, String input) {
        StartExecutionRequest request = StartExecutionRequest.builder()
                .stateMachineArn(stateMachineArn)
                .name(name)
                .input(input)
                .build();
        try {
            AwsCalls.call("execution " + name, () -> stepFunctions.startExecution(request));
            return true;
        } catch (ExecutionAlreadyExistsException e) {
            return false;
        }
    }
}
