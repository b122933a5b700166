package dev.tunedrop.local.console.aws;

import java.util.List;

import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

import dev.tunedrop.local.console.Histories;
import dev.tunedrop.local.console.WorkflowStep;

/// Histories of one state machine's executions; an execution has its run's name.
public final class SfnHistories implements Histories, AutoCloseable {

    private final SfnClient client;
    private final String executionPrefix;

    /// With a client whose address, region and credentials come the SDK's own way.
    public static SfnHistories connect(String stateMachineArn) {
        return new SfnHistories(
                SfnClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                stateMachineArn);
    }

    /// @param stateMachineArn `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`
    public SfnHistories(SfnClient client, String stateMachineArn) {
        this.client = client;
        this.executionPrefix = stateMachineArn.replace(":stateMachine:", ":execution:") + ":";
    }

    @Override
    public List<WorkflowStep> steps(String runId) {
        try {
            List<HistoryEvent> events = client
                    .getExecutionHistoryPaginator(request -> request.executionArn(executionPrefix + runId))
                    .events()
                    .stream()
                    .toList();
            return new HistoryReader(events).steps();
        } catch (ExecutionDoesNotExistException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
