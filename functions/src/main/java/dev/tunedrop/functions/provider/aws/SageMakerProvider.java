package dev.tunedrop.functions.provider.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;
import software.amazon.awssdk.services.sagemaker.model.Channel;
import software.amazon.awssdk.services.sagemaker.model.CreateTrainingJobRequest;
import software.amazon.awssdk.services.sagemaker.model.CustomizationTechnique;
import software.amazon.awssdk.services.sagemaker.model.DescribeTrainingJobResponse;
import software.amazon.awssdk.services.sagemaker.model.Peft;
import software.amazon.awssdk.services.sagemaker.model.S3DataDistribution;
import software.amazon.awssdk.services.sagemaker.model.S3DataType;
import software.amazon.awssdk.services.sagemaker.model.SageMakerException;
import software.amazon.awssdk.services.sagemaker.model.ServerlessJobConfig;
import software.amazon.awssdk.services.sagemaker.model.ServerlessJobType;
import software.amazon.awssdk.services.sagemaker.model.Tag;

import dev.tunedrop.events.run.RunSettings;
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

/// SageMaker's serverless customisation: a training job without an image or an instance, whose model becomes
/// a version in a model package group.
///
/// A training job's name is taken for good, so the order's name finds the job and keeps a second create from making
/// another.
public final class SageMakerProvider implements Provider {

    static final String ID = "sagemaker";

    /// Such as the beginning of `ClientError: …`. What follows may quote a row.
    private static final Pattern KIND = Pattern.compile("^([A-Za-z]{1,40}(?:Error|Exception))\\b");

    private final SageMakerClient sageMaker;
    private final Objects artefacts;
    private final Account account;
    private final OneJob oneJob;
    private final AwsAnswers answers = new AwsAnswers(ID);
    private final ServerlessModels models = ServerlessModels.load();

    SageMakerProvider(SageMakerClient sageMaker, Objects artefacts, Account account, OneJob oneJob) {
        this.sageMaker = sageMaker;
        this.artefacts = artefacts;
        this.account = account;
        this.oneJob = oneJob;
    }

    /// What the account has set up.
    ///
    /// @param role what the job reads rows and writes its output as
    /// @param group ARN of the model package group that tuned models go to
    /// @param accepted models whose licence a person has accepted
    record Account(String role, String group, Set<String> accepted) {
        Account {
            accepted = Set.copyOf(accepted);
        }
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
        return List.of("sagemaker-serverless");
    }

    @Override
    public Submission submit(TrainingOrder order) {
        String name = OrderName.of(order.key());
        return oneJob.of(this, order.key(), () -> {
            CreateTrainingJobRequest request = request(order, name);
            return () ->
                    answers.create(() -> sageMaker.createTrainingJob(request).trainingJobArn() == null ? null : name);
        });
    }

    @Override
    public Optional<String> jobOf(String orderKey) {
        String name = OrderName.of(orderKey);
        return job(name).map(job -> answers.present("job " + name, job.trainingJobName()));
    }

    private CreateTrainingJobRequest request(TrainingOrder order, String name) {
        String rows = order.train().key();
        List<Channel> channels = new ArrayList<>(List.of(channel("train", order.train())));
        TrainingOrder.DataFile heldOut = order.validation();
        if (heldOut != null) channels.add(channel("validation", heldOut));
        return CreateTrainingJobRequest.builder()
                .trainingJobName(name)
                .roleArn(account.role())
                .serverlessJobConfig(config(order))
                .modelPackageConfig(config -> config.modelPackageGroupArn(account.group()))
                .hyperParameters(models.hyperParameters(order.settings()))
                .inputDataConfig(channels)
                .outputDataConfig(out ->
                        out.s3OutputPath(artefacts.address(rows.substring(0, rows.lastIndexOf('/') + 1) + ID + "/")))
                .tags(tag("tunedrop-order", order.key()), tag("tunedrop-dataset", order.suffix()))
                .build();
    }

    private ServerlessJobConfig config(TrainingOrder order) {
        ServerlessModels.Model model = models.find(order.model())
                .orElseThrow(
                        () -> new SaysNo("not-available", "sagemaker: sagemaker.json has no model " + order.model()));
        boolean asked = model.licence() != null;
        if (asked && !account.accepted().contains(model.model()))
            throw new SaysNo(
                    "not-available",
                    "sagemaker: nobody has accepted the %s for %s; name the model in TUNEDROP_SAGEMAKER_EULAS to do so"
                            .formatted(model.licence(), model.model()));
        ServerlessJobConfig.Builder config = ServerlessJobConfig.builder()
                .baseModelArn(model.arn(account.group()))
                .jobType(ServerlessJobType.FINE_TUNING)
                .customizationTechnique(
                        order.objective() == RunSettings.Objective.DPO
                                ? CustomizationTechnique.DPO
                                : CustomizationTechnique.SFT)
                .peft(Peft.LORA);
        if (asked) config.acceptEula(true);
        return config.build();
    }

    private Channel channel(String name, TrainingOrder.DataFile file) {
        return Channel.builder()
                .channelName(name)
                .dataSource(source -> source.s3DataSource(s3 -> s3.s3Uri(artefacts.address(file.key()))
                        .s3DataType(S3DataType.S3_PREFIX)
                        .s3DataDistributionType(S3DataDistribution.FULLY_REPLICATED)))
                .build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder()
                .key(key)
                .value(value.replaceAll("[^\\p{L}\\p{N} _.:/=+@-]", "_"))
                .build();
    }

    @Override
    public JobProgress progress(String jobId) {
        DescribeTrainingJobResponse job = known(jobId);
        String said = answers.present("job " + jobId, job.trainingJobStatusAsString());
        String phase = String.valueOf(job.secondaryStatusAsString());
        ProviderState state = state(said, phase);
        Long step = job.progressInfo() == null ? null : job.progressInfo().currentStep();
        return new JobProgress(
                state,
                said.equals("InProgress") ? phase : said,
                state == ProviderState.FAILED ? kind(job.failureReason()) : null,
                step,
                null,
                null,
                job.billableTokenCount());
    }

    private static ProviderState state(String said, String phase) {
        return switch (said) {
            case "InProgress" ->
                switch (phase) {
                    case "Starting" -> ProviderState.VALIDATING;
                    case "Pending" -> ProviderState.QUEUED;
                    case "Interrupted" -> ProviderState.PAUSED;
                    default -> ProviderState.RUNNING;
                };
            case "Completed" -> ProviderState.SUCCEEDED;
            case "Failed" -> ProviderState.FAILED;
            case "Stopping" -> ProviderState.CANCELLING;
            case "Stopped" -> ProviderState.CANCELLED;
            default -> ProviderState.UNKNOWN;
        };
    }

    private static String kind(@Nullable String reason) {
        Matcher kind = KIND.matcher(reason == null ? "" : reason);
        return (kind.find() ? kind.group(1) : "the job failed") + "; the job's page in SageMaker says more";
    }

    @Override
    public void cancel(String jobId) {
        try {
            answers.read("stopping " + jobId, () -> sageMaker.stopTrainingJob(stop -> stop.trainingJobName(jobId)));
        } catch (SaysNo | TransientFailure no) {
            if (!progress(jobId).state().ended()) throw no;
        }
    }

    /// The model is a version in the group. It answers once a person deploys it, since an endpoint costs by
    /// the hour.
    @Override
    public Optional<ManagedModel> result(String jobId) {
        DescribeTrainingJobResponse job = known(jobId);
        return Optional.ofNullable(job.outputModelPackageArn())
                .map(version -> new ManagedModel(version, job.billableTokenCount(), null, null));
    }

    private DescribeTrainingJobResponse known(String jobId) {
        return job(jobId).orElseThrow(() -> new SaysNo("not-found", "sagemaker has no job " + jobId));
    }

    private Optional<DescribeTrainingJobResponse> job(String name) {
        return answers.read("job " + name, () -> {
            try {
                return Optional.of(sageMaker.describeTrainingJob(describe -> describe.trainingJobName(name)));
            } catch (SageMakerException e) {
                if (absent(e)) return Optional.empty();
                throw e;
            }
        });
    }

    /// SageMaker says "not found" by the modelled code, and as a ValidationException whose text says so.
    private static boolean absent(SageMakerException e) {
        if (e.awsErrorDetails() == null) return false;
        String code = String.valueOf(e.awsErrorDetails().errorCode());
        String message = String.valueOf(e.awsErrorDetails().errorMessage());
        return code.equals("ResourceNotFound")
                || (code.equals("ValidationException") && message.contains("resource not found"));
    }
}
