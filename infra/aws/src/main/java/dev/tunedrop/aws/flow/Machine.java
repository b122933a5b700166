package dev.tunedrop.aws.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.stepfunctions.DefinitionBody;
import software.amazon.awscdk.services.stepfunctions.LogLevel;
import software.amazon.awscdk.services.stepfunctions.LogOptions;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.amazon.awscdk.services.stepfunctions.StateMachineType;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.aws.access.Access;
import dev.tunedrop.aws.access.Services;
import dev.tunedrop.aws.access.Statements;
import dev.tunedrop.aws.train.Fleet;
import dev.tunedrop.aws.train.TrainingJob;

/// The workflow room's state machine, word for word, with ARNs put in. Its log says which state was entered and left
/// when, and holds no data of an execution.
public final class Machine extends Construct {

    private final StateMachine machine;
    private final LogGroup log;

    public Machine(Construct scope, Settings settings, Functions functions, Fleet fleet, TrainingJob job) {
        super(scope, "Machine");
        String definition = WorkflowData.machine();
        Map<String, String> names = substitutions(functions, fleet, job);
        for (String wanted : WorkflowData.substitutions(definition))
            if (!names.containsKey(wanted))
                throw new IllegalStateException("tunedrop.asl.json names ${" + wanted
                        + "}, which is neither in functions.json nor a queue or the definition of jobs");
        names.keySet().retainAll(WorkflowData.substitutions(definition));
        log = LogGroup.Builder.create(this, "Log")
                .logGroupName("/aws/vendedlogs/states/" + settings.name())
                .retention(LogDays.of(settings.logDays()))
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        machine = StateMachine.Builder.create(this, "Drops")
                .stateMachineName(settings.name())
                .stateMachineType(StateMachineType.STANDARD)
                .definitionBody(DefinitionBody.fromString(definition))
                .definitionSubstitutions(names)
                .role(role(settings, functions, fleet, job))
                .tracingEnabled(true)
                .logs(LogOptions.builder()
                        .destination(log)
                        .level(LogLevel.ALL)
                        .includeExecutionData(false)
                        .build())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
    }

    private static Map<String, String> substitutions(Functions functions, Fleet fleet, TrainingJob job) {
        Map<String, String> names = new LinkedHashMap<>();
        functions.all().forEach((name, alias) -> names.put(name, alias.getFunctionArn()));
        names.put("JobQueue", fleet.spotQueueArn());
        names.put("OnDemandQueue", fleet.onDemandQueueArn());
        names.put("JobDefinition", job.definitionArn());
        return names;
    }

    private Role role(Settings settings, Functions functions, Fleet fleet, TrainingJob job) {
        Stack stack = Stack.of(this);
        String rule = "arn:%s:events:%s:%s:rule/StepFunctionsGetEventsForBatchJobsRule"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount());
        List<String> called = WorkflowData.substitutions(WorkflowData.machine()).stream()
                .filter(functions.all()::containsKey)
                .map(name -> functions.live(name).getFunctionArn())
                .toList();
        List<PolicyStatement> statements = List.of(
                Statements.allow(List.of("lambda:InvokeFunction"), called, Map.of()),
                Statements.allow(
                        List.of("batch:SubmitJob"),
                        List.of(fleet.spotQueueArn(), fleet.onDemandQueueArn(), job.anyRevision()),
                        Map.of()),
                // neither knows resources
                Statements.allow(List.of("batch:DescribeJobs", "batch:TerminateJob"), List.of("*"), Map.of()),
                // how Step Functions hears of a job's end
                Statements.allow(
                        List.of("events:PutTargets", "events:PutRule", "events:DescribeRule"), List.of(rule), Map.of()),
                Statements.noProviderSecrets(stack));
        return Role.Builder.create(this, "Role")
                .description("What the state machine may do")
                .assumedBy(Services.forResource("states.amazonaws.com", Access.machineArn(stack, settings)))
                .inlinePolicies(Map.of(
                        "access",
                        PolicyDocument.Builder.create().statements(statements).build()))
                .build();
    }

    public StateMachine machine() {
        return machine;
    }

    public String arn() {
        return machine.getStateMachineArn();
    }

    public LogGroup log() {
        return log;
    }
}
