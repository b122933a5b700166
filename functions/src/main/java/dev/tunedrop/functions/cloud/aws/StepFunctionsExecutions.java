package dev.tunedrop.functions.cloud.aws;

import java.util.function.Supplier;

import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.StartExecutionRequest;
import software.amazon.awssdk.services.sfn.model.TaskDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

import dev.tunedrop.functions.cloud.Executions;

/// Executions of the one state machine. StartExecution is idempotent for one name and one input while the execution
/// runs; afterwards it answers ExecutionAlreadyExists, which means the same to us.
final class StepFunctionsExecutions implements Executions {

    /// The workflow's word for a refusal, see `Verdict`.
    private static final String NOT_APPROVED = "Tunedrop.NotApproved";

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

    @Override
    public boolean answer(String taskToken, String output) {
        return answered(() -> stepFunctions.sendTaskSuccess(
                request -> request.taskToken(taskToken).output(output)));
    }

    @Override
    public boolean refuse(String taskToken, String reason) {
        return answered(() -> stepFunctions.sendTaskFailure(
                request -> request.taskToken(taskToken).error(NOT_APPROVED).cause(reason)));
    }

    /// A token that has timed out, was answered or belongs to an execution that has ended waits no more.
    private static boolean answered(Supplier<?> call) {
        try {
            AwsCalls.call("the answer to a task", call::get);
            return true;
        } catch (TaskTimedOutException | TaskDoesNotExistException | InvalidTokenException gone) {
            return false;
        }
    }
}
