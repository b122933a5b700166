package dev.tunedrop.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis.Template;
import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.events.json.Json;

/// What a reviewer would say of the template.
class StackTest {

    @SuppressWarnings("NullAway.Init")
    private static Template template;

    @BeforeAll
    static void synthesise() {
        template = Synthesis.template();
    }

    @Test
    void nothingThatCdkNagFindsIsLeftUnexplained() {
        assertThat(Synthesis.synthesised().findings()).isEmpty();
        for (JsonNode row : WorkflowData.own("suppressions.json"))
            assertThat(row.path("reason").asText()).as(row.toString()).hasSizeGreaterThan(30);
    }

    @Test
    void theTemplateIsWellBelowWhatCloudFormationTakes() throws IOException {
        assertThat(Files.size(Synthesis.synthesised().template())).isBetween(100_000L, 700_000L);
    }

    @Test
    void everyHandlerNamedHereIsAClassWithANoArgumentConstructor() throws ReflectiveOperationException {
        Collection<JsonNode> functions = template.all("AWS::Lambda::Function").values();
        assertThat(functions).hasSize(WorkflowData.shared("functions.json").size());
        for (JsonNode function : functions) {
            Class<?> handler = Class.forName(function.path("Handler").asText());
            assertThat(RequestStreamHandler.class).isAssignableFrom(handler);
            assertThat(handler.getConstructor().getParameterCount()).isZero();
        }
    }

    @Test
    void theRuntimeIsTheCompilersRelease() {
        assertThat(template.all("AWS::Lambda::Function").values()).isNotEmpty().allSatisfy(function -> {
            assertThat(function.path("Runtime").asText())
                    .isEqualTo("java" + Runtime.version().feature());
            assertThat(function.path("TracingConfig").path("Mode").asText()).isEqualTo("Active");
        });
    }

    /// Keys lie in Secrets Manager; what is no secret is a parameter that is empty unless somebody fills it.
    @Test
    void everySettingOfAServiceIsAParameterThatReachesEveryFunctionAndIsOffByDefault() {
        Map<String, String> told = Map.of(
                "TUNEDROP_AZURE_URL", "AzureUrl",
                "TUNEDROP_BEDROCK_MANTLE_URL", "BedrockMantleUrl",
                "TUNEDROP_SAGEMAKER_EULAS", "SageMakerEulas",
                "TUNEDROP_FIREWORKS_ACCOUNT", "FireworksAccount",
                "TUNEDROP_FIREWORKS_DEPLOYMENT", "FireworksDeployment",
                "TUNEDROP_VERTEX_PROJECT", "VertexProject",
                "TUNEDROP_VERTEX_BUCKET", "VertexBucket",
                "TUNEDROP_VERTEX_AUDIENCE", "VertexAudience",
                "TUNEDROP_VERTEX_SERVICE_ACCOUNT", "VertexServiceAccount");
        told.forEach((setting, parameter) -> {
            JsonNode chosen = template.root().path("Parameters").path(parameter);
            assertThat(chosen.path("Default").asText("none")).as(parameter).isEmpty();
            assertThat("").as(parameter).matches(chosen.path("AllowedPattern").asText());
            assertThat("http://169.254.169.254/")
                    .as(parameter)
                    .doesNotMatch(chosen.path("AllowedPattern").asText());
            assertThat(template.all("AWS::Lambda::Function").values())
                    .isNotEmpty()
                    .allSatisfy(function -> assertThat(function.path("Environment")
                                    .path("Variables")
                                    .path(setting)
                                    .asText())
                            .isEqualTo(parameter));
        });
        assertThat(template.root()
                        .path("Parameters")
                        .path("VertexRegion")
                        .path("Default")
                        .asText())
                .isEqualTo("us-central1");
    }

    @Test
    void everyFunctionHasARoleOfItsOwn() {
        List<String> roles = template.all("AWS::Lambda::Function").values().stream()
                .map(function -> function.path("Role").asText())
                .toList();
        assertThat(roles).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    }

    @Test
    void everyBucketIsPrivateAndTakesTlsOnly() {
        Map<String, JsonNode> buckets = template.all("AWS::S3::Bucket");
        assertThat(buckets).hasSize(4);
        Collection<JsonNode> policies = template.all("AWS::S3::BucketPolicy").values();
        buckets.forEach((name, bucket) -> {
            assertThat(bucket.path("PublicAccessBlockConfiguration")).hasSize(4).allMatch(JsonNode::asBoolean);
            assertThat(policies.stream()
                            .filter(policy -> policy.path("Bucket").asText().equals(name))
                            .flatMap(policy ->
                                    stream(policy.path("PolicyDocument").path("Statement"))))
                    .as(name)
                    .anyMatch(statement -> statement.path("Effect").asText().equals("Deny")
                            && statement.toString().contains("aws:SecureTransport"));
        });
    }

    @Test
    void dropsAreVersionedEncryptedAndAnnounced() {
        JsonNode drops = template.one("AWS::S3::Bucket", "StorageDrops");
        assertThat(drops.path("VersioningConfiguration").path("Status").asText())
                .isEqualTo("Enabled");
        assertThat(drops.path("BucketEncryption").toString()).contains("aws:kms");
        assertThat(drops.path("NotificationConfiguration")
                        .path("EventBridgeConfiguration")
                        .path("EventBridgeEnabled")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void removingTheStackKeepsData() {
        for (String type :
                List.of("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::ECR::Repository")) {
            assertThat(template.all(type)).as(type).isNotEmpty();
            template.all(type)
                    .keySet()
                    .forEach(name -> assertThat(
                                    template.raw(name).path("DeletionPolicy").asText())
                            .as(name)
                            .isEqualTo("Retain"));
        }
    }

    @Test
    void theLedgerCanBeTakenBackToAnyPointInTime() {
        assertThat(template.one("AWS::DynamoDB::Table", "LedgerTable")
                        .path("PointInTimeRecoverySpecification")
                        .path("PointInTimeRecoveryEnabled")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void theStateMachinesTextIsTheOneThatRunsLocallyAndItsLogHoldsNoData() {
        JsonNode machine = template.one("AWS::StepFunctions::StateMachine", "Machine");
        assertThat(machine.path("DefinitionString").asText()).isEqualTo(WorkflowData.machine());
        assertThat(stream(machine.path("DefinitionSubstitutions")).count())
                .isEqualTo(WorkflowData.substitutions(WorkflowData.machine()).size());
        assertThat(machine.path("LoggingConfiguration")
                        .path("IncludeExecutionData")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    void aTrainingJobEndsOnWhateverIsNotMeantToBeTriedAgain() {
        JsonNode job = template.one("AWS::Batch::JobDefinition", "Training");
        JsonNode rules = job.path("RetryStrategy").path("EvaluateOnExit");
        assertThat(rules).hasSize(3);
        JsonNode last = rules.path(2);
        assertThat(last.path("Action").asText()).isEqualTo("EXIT");
        assertThat(last.path("OnReason").asText()).isEqualTo("*");
        assertThat(job.path("Timeout").path("AttemptDurationSeconds").asInt()).isPositive();
    }

    @Test
    void theTrainerIsNotRootAndCannotWriteItsRootFileSystem() {
        JsonNode container =
                template.one("AWS::Batch::JobDefinition", "Training").path("ContainerProperties");
        assertThat(container.path("User").asText()).isEqualTo("10001:10001");
        assertThat(container.path("ReadonlyRootFilesystem").asBoolean()).isTrue();
        assertThat(container.path("Privileged").asBoolean(true)).isFalse();
    }

    /// Batch gives a job its machine's network, where ECS's own setting for this has no effect.
    @Test
    void theUserThatAJobRunsAsIsKeptFromItsMachinesCredentials() {
        String user = template.one("AWS::Batch::JobDefinition", "Training")
                .path("ContainerProperties")
                .path("User")
                .asText()
                .split(":")[0];
        assertThat(template.one("AWS::EC2::LaunchTemplate", "FleetTemplate")
                        .path("LaunchTemplateData")
                        .path("UserData")
                        .asText())
                .containsPattern(
                        "(?m)^iptables .*OUTPUT .*169\\.254\\.169\\.254 .*--uid-owner " + user + " --jump REJECT$");
    }

    @Test
    void aQueueIsOnSpotMachinesOnlyAndAReclaimedMachineGivesItsJobTwoMinutes() {
        JsonNode spot =
                template.one("AWS::Batch::ComputeEnvironment", "FleetSpot").path("ComputeResources");
        assertThat(spot.path("AllocationStrategy").asText()).isEqualTo("SPOT_PRICE_CAPACITY_OPTIMIZED");
        assertThat(spot.path("InstanceTypes")).hasSizeGreaterThan(1);
        assertThat(spot.path("Subnets")).hasSize(3);
        for (String kind : List.of("Spot", "OnDemand")) {
            JsonNode queue = template.one("AWS::Batch::JobQueue", "Fleet" + kind + "Queue");
            assertThat(queue.path("ComputeEnvironmentOrder")).hasSize(1);
            assertThat(queue.path("ComputeEnvironmentOrder")
                            .path(0)
                            .path("ComputeEnvironment")
                            .asText())
                    .contains("Fleet" + kind);
            assertThat(queue.path("JobStateTimeLimitActions")).isNotEmpty();
        }
        JsonNode machine =
                template.one("AWS::EC2::LaunchTemplate", "FleetTemplate").path("LaunchTemplateData");
        assertThat(machine.path("UserData").asText())
                .contains("ECS_ENABLE_SPOT_INSTANCE_DRAINING=true", "ECS_CONTAINER_STOP_TIMEOUT=120s");
        assertThat(machine.path("MetadataOptions").path("HttpTokens").asText()).isEqualTo("required");
    }

    @Test
    void everyScheduleCallsItsFunctionAndMayAndIsCaughtWhenItCannot() {
        List<String> planned = WorkflowData.shared("rules.json").properties().stream()
                .filter(rule -> rule.getValue().has("schedule"))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(planned).hasSize(6);
        for (String name : planned) {
            JsonNode rule = template.all("AWS::Events::Rule").entrySet().stream()
                    .filter(each -> each.getKey().matches("Schedules" + name + "[0-9A-F]{8}"))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow();
            assertThat(rule.path("ScheduleExpression").asText()).startsWith("rate(");
            JsonNode target = rule.path("Targets").path(0);
            assertThat(target.path("Arn").asText()).contains("Functions" + name);
            assertThat(target.path("DeadLetterConfig").path("Arn").asText()).contains("BusUndelivered");
            assertThat(template.one("AWS::Lambda::Permission", "Schedules" + name)
                            .path("SourceArn")
                            .asText())
                    .contains("Schedules" + name);
        }
    }

    @Test
    void aRequestToTrainAgainGoesFromOurBusThroughAQueueToItsFunctionAndIsCaughtWhenItCannotBeTaken() {
        JsonNode rule = template.one("AWS::Events::Rule", "RetrainsRule");
        assertThat(rule.path("EventBusName").asText()).contains("BusEvents");
        assertThat(rule.path("EventPattern").path("source").path(0).asText()).isEqualTo(TunedropEvent.SOURCE);
        assertThat(rule.path("EventPattern").path("detail-type").path(0).asText())
                .isEqualTo("RetrainRequested");
        JsonNode target = rule.path("Targets").path(0);
        assertThat(target.path("Arn").asText()).contains(":Retrains").doesNotContain("Dead");
        assertThat(target.path("DeadLetterConfig").path("Arn").asText()).contains("RetrainsDead");
        JsonNode queue = template.all("AWS::SQS::Queue").entrySet().stream()
                .filter(each -> each.getKey().matches("Retrains[0-9A-F]{8}"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        assertThat(queue.path("RedrivePolicy").path("deadLetterTargetArn").asText())
                .contains("RetrainsDead");
        JsonNode consumer = template.one("AWS::Lambda::EventSourceMapping", "FunctionsRetrain");
        assertThat(consumer.path("EventSourceArn").asText()).contains(":Retrains");
        assertThat(consumer.path("FunctionResponseTypes").path(0).asText()).isEqualTo("ReportBatchItemFailures");
        assertThat(consumer.path("ScalingConfig").path("MaximumConcurrency").asInt())
                .isEqualTo(2);
    }

    @Test
    void whatARuleFeedsAQueueWithComesFromThatRuleOnly() {
        List<JsonNode> taking = template.all("AWS::SQS::QueuePolicy").values().stream()
                .flatMap(policy -> stream(policy.path("PolicyDocument").path("Statement")))
                .filter(statement -> statement.path("Sid").asText().equals("OnlyTheRule"))
                .toList();
        assertThat(taking).hasSize(4).allSatisfy(statement -> {
            String of = statement.path("Resource").asText().contains("Retrains") ? "RetrainsRule" : "DropsRule";
            assertThat(statement.path("Condition").toString()).contains(of, "aws:SourceAccount");
        });
    }

    @Test
    void theRegistryDescribesEachEventOfOursAsItComesOnTheBus() throws IOException {
        Map<String, JsonNode> schemas = template.all("AWS::EventSchemas::Schema");
        assertThat(schemas).hasSize(TunedropEvent.class.getPermittedSubclasses().length);
        for (Class<?> event : TunedropEvent.class.getPermittedSubclasses()) {
            JsonNode registered = schemas.values().stream()
                    .filter(each ->
                            each.path("SchemaName").asText().equals(TunedropEvent.SOURCE + "@" + event.getSimpleName()))
                    .findFirst()
                    .orElseThrow();
            JsonNode api = Json.tree(registered.path("Content").asText().getBytes(UTF_8), event.getSimpleName());
            assertThat(api.path("openapi").asText()).startsWith("3.0");
            ObjectNode schema = Json.mapper().createObjectNode();
            schema.set("components", api.path("components"));
            schema.put("$ref", "#/components/schemas/AWSEvent");
            JsonSchema validator =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema);
            JsonNode detail = Json.tree(Files.readAllBytes(golden(event)), event.getSimpleName());
            assertThat(validator.validate(envelope(event.getSimpleName(), detail)))
                    .as(event.getSimpleName())
                    .isEmpty();
            assertThat(validator.validate(detail)).as("the detail by itself").isNotEmpty();
            assertThat(validator.validate(envelope("Another", detail))).isNotEmpty();
            assertThat(validator.validate(
                            envelope(event.getSimpleName(), Json.mapper().createObjectNode())))
                    .isNotEmpty();
        }
    }

    private static Path golden(Class<?> event) {
        return Path.of(System.getProperty("tunedrop.root", "../.."))
                .resolve("events/src/test/resources/golden/" + event.getSimpleName() + ".json");
    }

    /// As a rule's target gets it.
    private static JsonNode envelope(String type, JsonNode detail) {
        ObjectNode event = Json.mapper().createObjectNode();
        event.put("version", "0")
                .put("id", "6a7e8feb-b491-4cf7-a9f1-bf3703467718")
                .put("detail-type", type);
        event.put("source", "tunedrop").put("account", "111111111111").put("time", "2026-11-22T10:15:30Z");
        event.put("region", "eu-central-1").putArray("resources");
        event.set("detail", detail);
        return event;
    }

    @Test
    void tokensThatAreKeptAndCountsOfPromptsGoAfterAMonthAndNothingElseOfARunDoes() {
        JsonNode rules = template.one("AWS::S3::Bucket", "StorageArtefacts")
                .path("LifecycleConfiguration")
                .path("Rules");
        List<JsonNode> expiring =
                stream(rules).filter(rule -> rule.has("ExpirationInDays")).toList();
        assertThat(expiring)
                .extracting(rule -> rule.path("Prefix").asText())
                .containsExactlyInAnyOrder("shards/", "profiles/");
        assertThat(expiring)
                .allSatisfy(rule ->
                        assertThat(rule.path("ExpirationInDays").asInt()).isEqualTo(30));
    }

    @Test
    void theNetworkHasNoWayToTheInternet() {
        assertThat(template.all("AWS::EC2::VPC")).hasSize(1);
        for (String way :
                List.of("AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::VPNGateway", "AWS::EC2::Route"))
            assertThat(template.all(way)).as(way).isEmpty();
    }

    @Test
    void everyServiceThatTakesARoleOrWritesToAQueueActsForThisAccountOnly() {
        for (JsonNode queue : template.all("AWS::SQS::QueuePolicy").values())
            stream(queue.path("PolicyDocument").path("Statement"))
                    .filter(statement -> statement.path("Principal").has("Service"))
                    .forEach(statement ->
                            assertThat(statement.path("Condition").toString()).contains("aws:SourceAccount"));
        long held = template.all("AWS::IAM::Role").values().stream()
                .filter(role -> role.path("AssumeRolePolicyDocument").toString().contains("aws:SourceAccount"))
                .count();
        assertThat(held).as("job, execution, endpoint and machine role").isGreaterThanOrEqualTo(4);
    }

    @Test
    void everyAlarmTellsSomebodyAndSaysWhatToDo() {
        Map<String, JsonNode> alarms = template.all("AWS::CloudWatch::Alarm");
        assertThat(alarms).hasSize(dev.tunedrop.aws.watch.AlarmRow.all().size());
        alarms.forEach((name, alarm) -> {
            assertThat(alarm.path("AlarmActions")).as(name).hasSize(1);
            assertThat(alarm.path("AlarmDescription").asText()).as(name).hasSizeBetween(80, 1024);
        });
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
