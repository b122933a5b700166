package dev.tunedrop.aws.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.aws.Synthesis;
import dev.tunedrop.aws.Synthesis.Template;
import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.aws.iam.Role.Call;

/// Which calls the roles of the stack allow: those that are needed, and none of those that must not be.
class AccessTest {

    private static final String HERE = "eu-central-1:111111111111:";

    @SuppressWarnings("NullAway.Init")
    private static Template template;

    @BeforeAll
    static void synthesise() {
        template = Synthesis.template();
    }

    private static String bucket(String name) {
        return "arn:aws:s3:::"
                + template.all("AWS::S3::Bucket").keySet().stream()
                        .filter(each -> each.startsWith("Storage" + name))
                        .findFirst()
                        .orElseThrow();
    }

    private static String arn(String service, String type, String beginning) {
        return "arn:aws:" + service + ":" + HERE
                + template.all(type).keySet().stream()
                        .filter(each -> each.startsWith(beginning))
                        .findFirst()
                        .orElseThrow();
    }

    private static String key() {
        return arn("kms", "AWS::KMS::Key", "StorageKey");
    }

    private static String ledger() {
        return arn("dynamodb", "AWS::DynamoDB::Table", "LedgerTable");
    }

    private static String machine() {
        return "arn:aws:states:" + HERE + "stateMachine:tunedrop";
    }

    /// Calls that no role of the stack may make, whatever its work.
    private static List<Call> forbidden() {
        String other = "arn:aws:iam::111111111111:role/Administrator";
        Map<String, String> toEc2 = Map.of("iam:PassedToService", "ec2.amazonaws.com");
        return List.of(
                new Call("s3:DeleteBucket", bucket("Drops")),
                new Call("s3:PutBucketPolicy", bucket("Artefacts")),
                new Call("s3:PutObject", bucket("Drops") + "/support/a.jsonl"),
                new Call("s3:DeleteObject", bucket("Drops") + "/support/a.jsonl"),
                new Call("s3:PutObject", bucket("Bases") + "/llama/config.json"),
                new Call("s3:DeleteObjectVersion", bucket("Artefacts") + "/runs/r/adapter/adapter_model.safetensors"),
                new Call("s3:GetObject", "arn:aws:s3:::somebody-elses/runs/r/settings.json"),
                new Call("kms:ScheduleKeyDeletion", key()),
                new Call("kms:Decrypt", key()),
                new Call(
                        "kms:Decrypt",
                        key(),
                        Map.of(
                                "kms:ViaService", "s3.eu-central-1.amazonaws.com",
                                "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::somebody-elses")),
                new Call("dynamodb:DeleteTable", ledger()),
                new Call("dynamodb:Scan", ledger()),
                new Call("dynamodb:DeleteItem", ledger(), Map.of("dynamodb:LeadingKeys", "run#r")),
                new Call("iam:PassRole", other, Map.of("iam:PassedToService", "sagemaker.amazonaws.com")),
                new Call("iam:PassRole", other, toEc2),
                new Call("iam:CreateRole", other),
                new Call("sts:AssumeRole", other),
                new Call("lambda:UpdateFunctionCode", "arn:aws:lambda:" + HERE + "function:tunedrop-Intake"),
                new Call("states:UpdateStateMachine", machine()),
                new Call("ec2:RunInstances", "arn:aws:ec2:" + HERE + "instance/*"),
                new Call("sagemaker:CreateTrainingJob", "arn:aws:sagemaker:" + HERE + "training-job/x"),
                new Call("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:" + HERE + "secret:payroll"));
    }

    @Test
    void noRoleMayMakeAForbiddenCall() {
        List<String> allowed = new ArrayList<>();
        int asked = 0;
        for (Role role : Role.all(template))
            for (Call call : forbidden()) {
                asked++;
                if (role.may(call)) allowed.add(role.name() + " may " + call);
            }
        assertThat(asked).as("forbidden calls that were tried").isGreaterThanOrEqualTo(160);
        assertThat(allowed).isEmpty();
    }

    @Test
    void theSimulatorAllowsWhatAStatementAllows() {
        Role intake = Role.named(template, "AccessIntake");
        assertThat(intake.statements()).isNotEmpty();
        assertThat(intake.may(new Call("states:StartExecution", machine()))).isTrue();
        assertThat(intake.may(new Call("states:StopExecution", machine()))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "AccessPlanChunks, s3:GetObjectVersion, Drops, /support/a.jsonl",
        "AccessPlanChunks, s3:GetObject, Drops, /support/tune.json",
        "AccessPlanChunks, s3:PutObject, Artefacts, /runs/r/settings.json",
        "AccessPrepareChunks, s3:GetObject, Bases, /llama/tokenizer.json",
        "AccessPrepareChunks, s3:PutObject, Artefacts, /runs/r/chunks/00000.shard.safetensors",
        "AccessPrepareChunks, s3:PutObject, Artefacts, /shards/0f/tokens.safetensors",
        "AccessAssembleDataset, s3:GetObject, Artefacts, /shards/0f/rows.jsonl",
        "AccessQuoteRoutes, s3:GetObject, Bases, /llama/config.json",
        "AccessQuoteRoutes, s3:GetObject, Artefacts, /catalogue/bases.json",
        "AccessRecordFailure, s3:PutObject, Artefacts, /runs/r/failure.json",
        "AccessReconcileDrops, s3:ListBucketVersions, Drops, ''",
        "AccessReconcileDrops, s3:PutObject, Artefacts, /schedules/reconciled.json",
        "AccessWatchRetirements, s3:GetObject, Artefacts, /catalogue/managed.json",
        "AccessWatchRetirements, s3:GetObject, Drops, /support/tune.json",
        "AccessRetrain, s3:GetObject, Artefacts, /runs/r/settings.json",
        "AccessScheduleRetrains, s3:GetObject, Drops, /support/tune.json",
        "AccessWatchDrift, s3:GetObject, Drops, /support/tune.json",
        "AccessWatchDrift, s3:GetObject, Artefacts, /runs/r/dataset/prompts.json",
        "AccessWatchDrift, s3:GetObject, Artefacts, /profiles/support-0f/2026-11-22/101530-1.json",
        "AccessWatchDrift, s3:PutObject, Artefacts, /schedules/drift/support.json",
        "EndpointRole, s3:PutObject, Artefacts, /profiles/support-0f/2026-11-22/101530-1.json",
        "AccessRefreshPrices, s3:PutObject, Artefacts, /catalogue/instances.json",
        "TrainingJobRole, s3:GetObject, Artefacts, /runs/r/settings.json",
        "TrainingJobRole, s3:GetObject, Bases, /llama/model.safetensors",
        "TrainingJobRole, s3:PutObject, Artefacts, /runs/r/training/metrics.jsonl",
        "TrainingJobRole, s3:PutObject, Artefacts, /runs/r/adapter/adapter_model.safetensors",
        "TrainingJobRole, s3:PutObject, Artefacts, /runs/r/failure.json",
        "TrainingJobRole, s3:DeleteObject, Artefacts, /runs/r/training/checkpoints/1/1.safetensors",
        "EndpointRole, s3:GetObject, Artefacts, /runs/r/adapter/adapter.tar.gz",
    })
    void aRoleMayReadAndWriteWhatItsWorkNeeds(String role, String action, String bucket, String key) {
        assertThat(Role.named(template, role).may(new Call(action, bucket(bucket) + key)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "s3:PutObject, Artefacts, /runs/r/settings.json",
        "s3:PutObject, Artefacts, /runs/r/manifest.json",
        "s3:PutObject, Artefacts, /runs/r/decision.json",
        "s3:DeleteObject, Artefacts, /runs/r/adapter/adapter_model.safetensors",
        "s3:GetObject, Drops, /support/a.jsonl",
        "s3:GetObject, Artefacts, /managed/jobs/openai/1.json",
    })
    void theTrainerReadsBasesAndRunsAndWritesWhatTrainingMakesAndNothingElse(String action, String bucket, String key) {
        Role trainer = Role.named(template, "TrainingJobRole");
        assertThat(trainer.statements()).isNotEmpty();
        assertThat(trainer.may(new Call(action, bucket(bucket) + key))).isFalse();
    }

    @Test
    void onlyFunctionsThatSpeakToServicesOutsideReachTheirSecretsAndAllOthersAreDeniedThem() {
        Call read = new Call(
                "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:" + HERE + "secret:tunedrop/openai-x");
        JsonNode access = WorkflowData.own("access.json");
        int denied = 0;
        for (String function :
                (Iterable<String>) () -> WorkflowData.shared("functions.json").fieldNames()) {
            boolean speaks = access.path(function).toString().contains("PROVIDER_SECRETS");
            Role role = Role.named(template, "Access" + function);
            assertThat(role.may(read)).as(function).isEqualTo(speaks);
            assertThat(role.denies(read)).as(function).isNotEqualTo(speaks);
            if (!speaks) denied++;
        }
        assertThat(denied).isGreaterThan(10);
        for (String name : List.of("TrainingJobRole", "EndpointRole", "MachineRole"))
            assertThat(Role.named(template, name).denies(read)).as(name).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "AccessReserveBudget, dynamodb:UpdateItem, '', dataset#support",
        "AccessReserveBudget, dynamodb:Query, /index/byTime, open-reservation",
        "AccessSettleBudget, dynamodb:PutItem, '', actual#batch",
        "AccessQuoteRoutes, dynamodb:Query, /index/byTime, actual#batch",
        "AccessChooseRoute, dynamodb:GetItem, '', alias#support",
        "AccessIntake, dynamodb:UpdateItem, '', set#support",
        "AccessAssembleDataset, dynamodb:UpdateItem, '', set#support",
        "AccessAssembleDataset, dynamodb:GetItem, '', run#r",
        "AccessReconcileDrops, dynamodb:UpdateItem, '', set#support",
        "AccessRetrain, dynamodb:PutItem, '', request#0f",
        "AccessRetrain, dynamodb:UpdateItem, '', set#support",
        "AccessRetrain, dynamodb:PutItem, '', run#r",
        "AccessScheduleRetrains, dynamodb:Query, /index/byTime, set",
        "AccessScheduleRetrains, dynamodb:GetItem, '', request#0f",
        "AccessWatchDrift, dynamodb:Query, /index/byTime, alias",
        "AccessWatchDrift, dynamodb:GetItem, '', run#r",
    })
    void aRoleReachesTheRowsThatItsWorkNeeds(String role, String action, String index, String row) {
        Call call = new Call(action, ledger() + index, Map.of("dynamodb:LeadingKeys", row));
        Call runs = new Call("dynamodb:Query", ledger() + "/index/byTime", Map.of("dynamodb:LeadingKeys", "run"));
        assertThat(Role.named(template, role).may(call)).isTrue();
        assertThat(Role.named(template, role).may(runs)).as("every run's row").isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "AccessRetrain, s3:PutObject, Artefacts, /runs/r/settings.json",
        "AccessRetrain, s3:GetObject, Drops, /support/a.jsonl",
        "AccessScheduleRetrains, s3:PutObject, Artefacts, /runs/r/settings.json",
        "AccessWatchDrift, s3:PutObject, Artefacts, /profiles/support-0f/2026-11-22/101530-1.json",
        "EndpointRole, s3:GetObject, Artefacts, /profiles/support-0f/2026-11-22/101530-1.json",
        "EndpointRole, s3:PutObject, Artefacts, /runs/r/adapter/adapter.tar.gz",
    })
    void whatAsksForTrainingWritesNothingThatATrainingReads(String role, String action, String bucket, String key) {
        assertThat(Role.named(template, role).may(new Call(action, bucket(bucket) + key)))
                .isFalse();
    }

    @Test
    void onlyTheFunctionThatTakesRequestsStartsRunsForThem() {
        Call start = new Call("states:StartExecution", machine());
        assertThat(Role.named(template, "AccessRetrain").may(start)).isTrue();
        for (String asks : List.of("ScheduleRetrains", "WatchDrift", "WatchRetirements"))
            assertThat(Role.named(template, "Access" + asks).may(start))
                    .as(asks)
                    .isFalse();
    }

    @Test
    void moneyIsMovedOnlyByRowsOfTheBudget() {
        Call spend = new Call("dynamodb:UpdateItem", ledger(), Map.of("dynamodb:LeadingKeys", "day#2026-01-01"));
        Call end = new Call("dynamodb:UpdateItem", ledger(), Map.of("dynamodb:LeadingKeys", "run#r"));
        Role settle = Role.named(template, "AccessSettleBudget");
        Role announce = Role.named(template, "AccessAnnounce");
        assertThat(settle.may(spend)).isTrue();
        assertThat(settle.may(end)).isFalse();
        assertThat(announce.may(end)).isTrue();
        assertThat(announce.may(spend)).isFalse();
    }

    @Test
    void aKeyIsUsedThroughS3AndForOurBucketsOnly() {
        Role plan = Role.named(template, "AccessPlanChunks");
        Map<String, String> ours = Map.of(
                "kms:ViaService", "s3.eu-central-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn", bucket("Drops"));
        Map<String, String> directly = Map.of("kms:EncryptionContext:aws:s3:arn", bucket("Drops"));
        assertThat(plan.may(new Call("kms:Decrypt", key(), ours))).isTrue();
        assertThat(plan.may(new Call("kms:Decrypt", key(), directly))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "AccessWatchJobs, batch:CancelJob, job/1f, true",
        "AccessWatchJobs, batch:TerminateJob, job/1f, false",
        "AccessWatchJobs, batch:SubmitJob, job-queue/tunedrop-on-demand, false",
        "MachineRole, batch:SubmitJob, job-queue/tunedrop, true",
        "AccessReconcileDrops, batch:CancelJob, job/1f, false",
    })
    void theWatchTakesJobsBackAndDoesNothingElseToThem(String role, String action, String resource, boolean may) {
        String arn = resource.startsWith("job-queue/tunedrop") && may
                ? arn("batch", "AWS::Batch::JobQueue", "FleetSpotQueue")
                : "arn:aws:batch:" + HERE + resource;
        assertThat(Role.named(template, role).may(new Call(action, arn))).isEqualTo(may);
    }

    @Test
    void publishingPassesTheEndpointsRoleToSageMakerAndToNothingElse() {
        Role publish = Role.named(template, "AccessPublishAdapter");
        String endpoint = "arn:aws:iam::111111111111:role/"
                + Role.named(template, "EndpointRole").name();
        assertThat(publish.may(
                        new Call("iam:PassRole", endpoint, Map.of("iam:PassedToService", "sagemaker.amazonaws.com"))))
                .isTrue();
        assertThat(publish.may(new Call("iam:PassRole", endpoint, Map.of("iam:PassedToService", "ec2.amazonaws.com"))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "SubmitToProvider, bedrock:CreateModelCustomizationJob, bedrock, model-customization-job/amazon.nova-micro/1",
        "SubmitToProvider, bedrock:GetModelCustomizationJob, bedrock, model-customization-job/amazon.nova-micro/1",
        "SubmitToProvider, sagemaker:CreateTrainingJob, sagemaker, training-job/tunedrop-0f",
        "FollowProvider, bedrock:GetModelCustomizationJob, bedrock, model-customization-job/amazon.nova-micro/1",
        "CollectFromProvider, sagemaker:DescribeTrainingJob, sagemaker, training-job/tunedrop-0f",
        "CancelAtProvider, bedrock:StopModelCustomizationJob, bedrock, model-customization-job/amazon.nova-micro/1",
        "PublishManaged, bedrock:CreateCustomModelDeployment, bedrock, custom-model/amazon.nova-micro/1",
        "PublishManaged, bedrock:UpdateCustomModelDeployment, bedrock, custom-model-deployment/1",
    })
    void onlyTheStepThatDoesItMayHaveAModelCustomised(String function, String action, String service, String resource) {
        Call call = new Call(action, "arn:aws:" + service + ":" + HERE + resource);
        assertThat(Role.named(template, "Access" + function).may(call)).isTrue();
        assertThat(Role.named(template, "AccessChooseRoute").may(call)).isFalse();
        assertThat(Role.named(template, "TrainingJobRole").may(call)).isFalse();
    }

    @Test
    void customisationReadsItsRowsWritesBesideThemAndIsPassedToItsTwoServicesOnly() {
        Role job = Role.named(template, "CustomisationRole");
        assertThat(job.may(new Call("s3:GetObject", bucket("Artefacts") + "/runs/r/managed/train.jsonl")))
                .isTrue();
        assertThat(job.may(new Call("s3:PutObject", bucket("Artefacts") + "/runs/r/managed/bedrock/metrics.csv")))
                .isTrue();
        assertThat(job.may(new Call("s3:PutObject", bucket("Artefacts") + "/runs/r/managed/train.jsonl")))
                .isFalse();
        assertThat(job.may(new Call("s3:GetObject", bucket("Artefacts") + "/runs/r/rows.jsonl")))
                .isFalse();
        assertThat(job.may(new Call("s3:GetObject", bucket("Drops") + "/support/a.jsonl")))
                .isFalse();
        assertThat(job.denies(new Call(
                        "secretsmanager:GetSecretValue",
                        "arn:aws:secretsmanager:" + HERE + "secret:tunedrop/openai-x")))
                .isTrue();
        String arn = "arn:aws:iam::111111111111:role/" + job.name();
        Role submit = Role.named(template, "AccessSubmitToProvider");
        for (String service : List.of("bedrock.amazonaws.com", "sagemaker.amazonaws.com"))
            assertThat(submit.may(new Call("iam:PassRole", arn, Map.of("iam:PassedToService", service))))
                    .as(service)
                    .isTrue();
        assertThat(submit.may(new Call("iam:PassRole", arn, Map.of("iam:PassedToService", "ec2.amazonaws.com"))))
                .isFalse();
    }
}
