package dev.tunedrop.functions.provider.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.CreateModelCustomizationJobRequest;
import software.amazon.awssdk.services.bedrock.model.CustomizationType;
import software.amazon.awssdk.services.bedrock.model.GetModelCustomizationJobResponse;
import software.amazon.awssdk.services.bedrock.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrock.model.StatusDetails;
import software.amazon.awssdk.services.bedrock.model.Tag;
import software.amazon.awssdk.services.bedrock.model.Validator;
import software.amazon.awssdk.services.bedrock.model.ValidatorMetric;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.OrderName;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;

/// Bedrock's model customisation. Rows are read from the artefact bucket and nothing leaves the account.
///
/// A job is found again by its name, which is made of the order's; a create carries the same word as its
/// token, so that Bedrock itself makes one job of two creates.
public final class BedrockProvider implements Provider {

    static final String ID = "bedrock";

    /// How a model is asked.
    interface Conversation {
        String answer(String model, List<Map<String, String>> messages, int maxTokens);
    }

    private final BedrockClient bedrock;
    private final Supplier<Conversation> conversation;
    private final BedrockDeployments deployments;
    private final Objects artefacts;
    private final String role;
    private final OneJob oneJob;
    private final AwsAnswers answers = new AwsAnswers(ID);

    /// @param conversation how models are asked; looked for once one is
    /// @param role what Bedrock reads rows and writes metrics as
    BedrockProvider(
            BedrockClient bedrock, Supplier<Conversation> conversation, Objects artefacts, String role, OneJob oneJob) {
        this.bedrock = bedrock;
        this.conversation = conversation;
        this.deployments = new BedrockDeployments(bedrock, answers);
        this.artefacts = artefacts;
        this.role = role;
        this.oneJob = oneJob;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public boolean insideAccount() {
        return true;
    }

    @Override
    public List<String> targets(String model) {
        return BedrockFamily.of(model).map(family -> List.of(family.target())).orElse(List.of());
    }

    @Override
    public Submission submit(TrainingOrder order) {
        return oneJob.of(this, order.key(), () -> {
            CreateModelCustomizationJobRequest request = request(order, OrderName.of(order.key()));
            return () -> answers.create(
                    () -> bedrock.createModelCustomizationJob(request).jobArn());
        });
    }

    @Override
    public Optional<String> jobOf(String orderKey) {
        String name = OrderName.of(orderKey);
        return job(name).map(job -> answers.present("job " + name, job.jobArn()));
    }

    private CreateModelCustomizationJobRequest request(TrainingOrder order, String name) {
        BedrockFamily family = BedrockFamily.of(order.model())
                .orElseThrow(() -> new SaysNo(
                        "not-available",
                        "bedrock: %s is of no family that bedrock.json names".formatted(order.model())));
        CreateModelCustomizationJobRequest.Builder request = CreateModelCustomizationJobRequest.builder()
                .jobName(name)
                .customModelName(name)
                .clientRequestToken(name)
                .roleArn(role)
                .baseModelIdentifier(order.model())
                .customizationType(CustomizationType.FINE_TUNING)
                .hyperParameters(family.hyperParameters(order.settings(), order.model()))
                .trainingDataConfig(
                        data -> data.s3Uri(artefacts.address(order.train().key())))
                .outputDataConfig(out -> out.s3Uri(output(order)))
                .jobTags(tag("tunedrop-order", order.key()), tag("tunedrop-dataset", order.suffix()));
        TrainingOrder.DataFile heldOut = order.validation();
        if (heldOut != null && family.validation())
            request.validationDataConfig(data -> data.validators(
                    Validator.builder().s3Uri(artefacts.address(heldOut.key())).build()));
        return request.build();
    }

    /// Beside the rows.
    private String output(TrainingOrder order) {
        String rows = order.train().key();
        return artefacts.address(rows.substring(0, rows.lastIndexOf('/') + 1) + ID + "/");
    }

    private static Tag tag(String key, String value) {
        return Tag.builder()
                .key(key)
                .value(value.replaceAll("[^a-zA-Z0-9 ._:/=+@-]", "_"))
                .build();
    }

    @Override
    public JobProgress progress(String jobId) {
        GetModelCustomizationJobResponse job = known(jobId);
        String said = answers.present("job " + jobId, job.statusAsString());
        ProviderState state = state(said, job.statusDetails());
        return new JobProgress(state, said, state == ProviderState.FAILED ? failed(job.statusDetails()) : null, null);
    }

    private static ProviderState state(String said, @Nullable StatusDetails details) {
        return switch (said) {
            case "InProgress" -> {
                if (details == null) yield ProviderState.RUNNING;
                if (under(validation(details)) || under(processing(details))) yield ProviderState.VALIDATING;
                yield "NotStarted".equals(training(details)) ? ProviderState.QUEUED : ProviderState.RUNNING;
            }
            case "Completed" -> ProviderState.SUCCEEDED;
            case "Failed" -> ProviderState.FAILED;
            case "Stopping" -> ProviderState.CANCELLING;
            case "Stopped" -> ProviderState.CANCELLED;
            default -> ProviderState.UNKNOWN;
        };
    }

    private static boolean under(@Nullable String phase) {
        return "InProgress".equals(phase);
    }

    private static @Nullable String validation(StatusDetails details) {
        return details.validationDetails() == null
                ? null
                : details.validationDetails().statusAsString();
    }

    private static @Nullable String processing(StatusDetails details) {
        return details.dataProcessingDetails() == null
                ? null
                : details.dataProcessingDetails().statusAsString();
    }

    private static @Nullable String training(StatusDetails details) {
        return details.trainingDetails() == null
                ? null
                : details.trainingDetails().statusAsString();
    }

    /// Bedrock's sentence may quote a row, so only the phase is told.
    private static String failed(@Nullable StatusDetails details) {
        String phase = "the job";
        if (details != null) {
            if ("Failed".equals(validation(details))) phase = "its validation of the rows";
            else if ("Failed".equals(processing(details))) phase = "its preparation of the rows";
            else if ("Failed".equals(training(details))) phase = "the training";
        }
        return phase + " failed; the job's page in Bedrock says why";
    }

    @Override
    public void cancel(String jobId) {
        try {
            answers.read(
                    "stopping " + jobId, () -> bedrock.stopModelCustomizationJob(stop -> stop.jobIdentifier(jobId)));
        } catch (SaysNo | TransientFailure no) {
            if (!progress(jobId).state().ended()) throw no;
        }
    }

    @Override
    public Optional<ManagedModel> result(String jobId) {
        GetModelCustomizationJobResponse job = known(jobId);
        if (job.outputModelArn() == null) return Optional.empty();
        Double loss = job.validationMetrics().stream()
                .map(ValidatorMetric::validationLoss)
                .filter(java.util.Objects::nonNull)
                .map(Float::doubleValue)
                .findFirst()
                .orElse(null);
        return Optional.of(new ManagedModel(job.outputModelArn(), null, null, loss));
    }

    /// A model of a family that deploys on demand answers behind one deployment for each endpoint, which is
    /// updated in place. Any other is asked through provisioned throughput, which costs by the hour and is
    /// bought by a person.
    @Override
    public Optional<String> serve(String model, String endpoint) {
        boolean onDemand =
                BedrockFamily.ofCustom(model).map(BedrockFamily::onDemand).orElse(false);
        return onDemand ? deployments.serve(endpoint, model) : Optional.of(model);
    }

    @Override
    public String ask(String asked, List<Map<String, String>> messages, int maxTokens) {
        if (!BedrockDeployments.answers(asked))
            throw new SaysNo(
                    "not-askable",
                    "bedrock: %s answers through provisioned throughput only, which a person buys; ask it there"
                            .formatted(asked));
        return conversation.get().answer(asked, messages, maxTokens);
    }

    private GetModelCustomizationJobResponse known(String jobId) {
        return job(jobId).orElseThrow(() -> new SaysNo("not-found", "bedrock has no job " + jobId));
    }

    private Optional<GetModelCustomizationJobResponse> job(String nameOrArn) {
        return answers.read("job " + nameOrArn, () -> {
            try {
                return Optional.of(bedrock.getModelCustomizationJob(get -> get.jobIdentifier(nameOrArn)));
            } catch (ResourceNotFoundException none) {
                return Optional.empty();
            }
        });
    }
}
