package dev.tunedrop.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.local.batch.JobDefinition;
import dev.tunedrop.local.sagemaker.Container;

/// How a local cloud is set up.
///
/// @param home holds everything it keeps, under `cloud/`
/// @param models a folder of base models, copied into the bases bucket; need not exist
/// @param s3Port the port to take when it is free; 0 for any
/// @param jobMain main class of a training job
/// @param endpointMain main class of the endpoint's container, called with `endpointArguments`, then
///     `--base DIR --port PORT`
/// @param jobPlaces training jobs at once
/// @param functionsPackage runs functions from this zip in processes of their own, under Lambda's runtime; absent: as
/// objects
///     in this JVM
public record CloudOptions(
        Path home,
        Path models,
        int s3Port,
        Workflow workflow,
        String jobMain,
        String endpointMain,
        List<String> endpointArguments,
        int jobPlaces,
        @Nullable Path functionsPackage) {

    private static final List<String> JVM_OPTIONS = List.of(
            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Dfile.encoding=UTF-8");

    /// What the trainer's kernels for the CPU are written with.
    private static final String VECTOR_API = "--add-modules=jdk.incubator.vector";

    /// Functions run in this JVM.
    public CloudOptions(
            Path home,
            Path models,
            int s3Port,
            Workflow workflow,
            String jobMain,
            String endpointMain,
            List<String> endpointArguments,
            int jobPlaces) {
        this(home, models, s3Port, workflow, jobMain, endpointMain, endpointArguments, jobPlaces, null);
    }

    /// The same with functions as Lambda runs them.
    ///
    /// @param zip the functions' package
    public CloudOptions withFunctionsIn(Path zip) {
        return new CloudOptions(
                home, models, s3Port, workflow, jobMain, endpointMain, endpointArguments, jobPlaces, zip);
    }

    /// What `./tunedrop up` starts.
    public static CloudOptions standard(Path home, Path models) {
        return new CloudOptions(
                home,
                models,
                7701,
                Workflow.shipped(),
                "dev.tunedrop.trainer.job.TrainingJob",
                "dev.tunedrop.endpoint.cli.ServeMain",
                List.of("serve"),
                1);
    }

    JobDefinition jobDefinition(Map<String, String> environment) {
        List<String> options =
                Stream.concat(JVM_OPTIONS.stream(), Stream.of(VECTOR_API)).toList();
        return new JobDefinition(Names.JOB_DEFINITION, jobMain, options, environment, Duration.ofDays(1));
    }

    Container container(Map<String, String> environment) {
        return new Container(endpointMain, endpointArguments, JVM_OPTIONS, environment);
    }
}
