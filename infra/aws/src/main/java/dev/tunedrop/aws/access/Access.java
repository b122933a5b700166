package dev.tunedrop.aws.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.CfnTable;
import software.amazon.awscdk.services.events.EventBus;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.aws.data.Storage;

/// Makes one role for each function, with what `access.json` gives it and nothing else.
public final class Access extends Construct {

    private final Settings settings;
    private final Storage storage;
    private final CfnTable ledger;
    private final EventBus bus;
    private final Role endpoint;
    private final Role customisation;
    private final CustomModels customModels;
    private final Stack stack;
    private final JsonNode capabilities = WorkflowData.own("access.json");

    /// @param endpoint what endpoints run as
    /// @param customisation what jobs of Bedrock and SageMaker run as
    public Access(
            Construct scope,
            Settings settings,
            Storage storage,
            CfnTable ledger,
            EventBus bus,
            Role endpoint,
            Role customisation) {
        super(scope, "Access");
        this.settings = settings;
        this.storage = storage;
        this.ledger = ledger;
        this.bus = bus;
        this.endpoint = endpoint;
        this.customisation = customisation;
        this.stack = Stack.of(this);
        this.customModels = new CustomModels(stack);
    }

    /// The name of a role that only this stack's function is given.
    public Role roleOf(String function, LogGroup log) {
        List<PolicyStatement> statements = new ArrayList<>();
        Set<Capability> granted = granted(function);
        for (Capability capability : granted) statements.addAll(spell(capability));
        if (!granted.contains(Capability.PROVIDER_SECRETS)) statements.add(Statements.noProviderSecrets(stack));
        statements.add(Statements.allow(
                List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(log.getLogGroupArn()), Map.of()));
        return Role.Builder.create(this, function)
                .description("What the function " + function + " may do")
                .assumedBy(Services.lambda())
                .inlinePolicies(Map.of(
                        "access",
                        PolicyDocument.Builder.create().statements(statements).build()))
                .build();
    }

    private Set<Capability> granted(String function) {
        JsonNode names = capabilities.path(function);
        if (!names.isArray())
            throw new IllegalStateException("access.json does not say what the function " + function
                    + " may do; give it a row, an empty one if it needs nothing");
        Set<Capability> granted = EnumSet.noneOf(Capability.class);
        names.forEach(name -> granted.add(Capability.valueOf(name.asText())));
        return granted;
    }

    private List<PolicyStatement> spell(Capability capability) {
        return switch (capability) {
            case READ_DROPS -> Statements.read(storage.drops(), storage.key(), List.of("*"));
            case LIST_DROPS ->
                List.of(Statements.allow(
                        List.of("s3:ListBucket", "s3:ListBucketVersions"),
                        List.of(storage.drops().getBucketArn()),
                        Map.of()));
            case READ_BASES -> Statements.read(storage.bases(), storage.key(), List.of("*"));
            case READ_RUNS -> Statements.read(storage.artefacts(), storage.key(), List.of("runs/*"));
            case WRITE_RUNS -> Statements.write(storage.artefacts(), storage.key(), List.of("runs/*"));
            case LEDGER_RUNS -> rows("run#*", "newest#*", "alias#*");
            case LEDGER_DATASETS -> rows("set#*", "request#*");
            case LIST_DATASETS -> List.of(index(List.of("set")));
            case LEDGER_BUDGET -> rowsAndIndex(List.of("open-reservation"), "day#*", "dataset#*", "reservation#*");
            case LEDGER_LESSONS -> rowsAndIndex(List.of("actual#*"), "actual#*");
            case LEDGER_ALIASES -> rowsAndIndex(List.of("alias"), "run#*");
            case SCHEDULE_NOTES -> readAndWrite("schedules/*");
            case READ_PROFILES -> Statements.read(storage.artefacts(), storage.key(), List.of("profiles/*"));
            case KEPT_TOKENS -> readAndWrite("shards/*");
            case READ_CATALOGUE -> Statements.read(storage.artefacts(), storage.key(), List.of("catalogue/*"));
            case WRITE_CATALOGUE ->
                Statements.write(storage.artefacts(), storage.key(), List.of("catalogue/instances.json"));
            // neither knows resources
            case ASK_PRICES ->
                List.of(Statements.allow(
                        List.of("pricing:GetProducts", "ec2:DescribeSpotPriceHistory"), List.of("*"), Map.of()));
            case WATCH_JOBS ->
                List.of(
                        // neither knows resources
                        Statements.allow(List.of("batch:ListJobs", "batch:DescribeJobs"), List.of("*"), Map.of()),
                        Statements.allow(
                                List.of("batch:CancelJob"),
                                List.of("arn:%s:batch:%s:%s:job/*"
                                        .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount())),
                                Map.of()));
            case START_RUNS ->
                List.of(Statements.allow(
                        List.of("states:StartExecution"), List.of(machineArn(stack, settings)), Map.of()));
            case PUBLISH_EVENTS ->
                List.of(Statements.allow(
                        List.of("events:PutEvents"),
                        List.of(bus.getEventBusArn()),
                        Map.of("StringEquals", Map.of("events:source", "tunedrop"))));
            case ANSWER_RUNS ->
                List.of(Statements.allow(
                        List.of("states:SendTaskSuccess", "states:SendTaskFailure"),
                        List.of(machineArn(stack, settings)),
                        Map.of()));
            case PROVIDER_NOTES -> readAndWrite("managed/*");
            case HOST_ADAPTERS -> Hosting.statements(stack, endpoint);
            case ORDER_CUSTOM_MODELS -> customModels.order(customisation);
            case WATCH_CUSTOM_MODELS -> customModels.watch();
            case STOP_CUSTOM_MODELS -> customModels.stop();
            case DEPLOY_CUSTOM_MODELS -> customModels.deploy();
            case PROVIDER_SECRETS ->
                List.of(Statements.allow(
                        List.of("secretsmanager:GetSecretValue"),
                        List.of(Statements.providerSecrets(stack)),
                        Map.of()));
        };
    }

    private List<PolicyStatement> readAndWrite(String keys) {
        List<PolicyStatement> both =
                new ArrayList<>(Statements.read(storage.artefacts(), storage.key(), List.of(keys)));
        both.addAll(Statements.write(storage.artefacts(), storage.key(), List.of(keys)));
        return both;
    }

    /// @param kinds of rows that the index is asked for
    private List<PolicyStatement> rowsAndIndex(List<String> kinds, String... beginnings) {
        List<PolicyStatement> statements = new ArrayList<>(rows(beginnings));
        statements.add(index(kinds));
        return statements;
    }

    private PolicyStatement index(List<String> kinds) {
        return Statements.allow(
                List.of("dynamodb:Query"),
                List.of(ledger.getAttrArn() + "/index/byTime"),
                Map.of("ForAllValues:StringLike", Map.of("dynamodb:LeadingKeys", kinds)));
    }

    private List<PolicyStatement> rows(String... beginnings) {
        return Statements.rows(ledger.getAttrArn(), ledger.getRef(), storage.key(), List.of(beginnings));
    }

    /// Known before the machine is made, since the machine names the functions and they name it.
    public static String machineArn(Stack stack, Settings settings) {
        return "arn:%s:states:%s:%s:stateMachine:%s"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount(), settings.name());
    }
}
