package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.metric.EmfLines;
import dev.tunedrop.trainer.run.Walls;

/// What the job is told from outside: each value a system property, else an environment variable, of one name.
///
/// @param artefacts bucket of the run's documents
/// @param bases bucket of base models
/// @param scratch a directory on this machine; one attempt at a time uses it
/// @param baseDirectory base model to use in place instead of the bucket's
/// @param attempt names this attempt and no other
/// @param usdPerHour what the machine costs, for a wall of money; absent when nobody told
/// @param metricsFile where figures are appended to; absent for the standard output
/// @param pathStyle how to address buckets
record JobEnvironment(
        String runId,
        String artefacts,
        String bases,
        Path scratch,
        @Nullable Path baseDirectory,
        String attempt,
        @Nullable BigDecimal usdPerHour,
        @Nullable String metricsFile,
        boolean pathStyle) {

    static JobEnvironment read() {
        String number = value("AWS_BATCH_JOB_ATTEMPT").orElse("1");
        return new JobEnvironment(
                required("TUNEDROP_RUN"),
                required("TUNEDROP_ARTEFACTS"),
                value("TUNEDROP_BASES").orElse(""),
                value("TUNEDROP_SCRATCH").map(Path::of).orElseGet(JobEnvironment::temporary),
                value("TUNEDROP_BASE_DIR").map(Path::of).orElse(null),
                "attempt-" + number + "-" + UUID.randomUUID().toString().substring(0, 8),
                value(Walls.RATE).map(Walls::rate).orElse(null),
                value(EmfLines.FILE_SETTING).orElse(null),
                value("TUNEDROP_S3_PATH_STYLE").map(Boolean::parseBoolean).orElse(false));
    }

    private static String required(String name) {
        return value(name).orElseThrow(() -> new UserMistake(name + " is not set. The job definition must set it."));
    }

    private static Optional<String> value(String name) {
        String property = System.getProperty(name);
        return Optional.ofNullable(property != null ? property : System.getenv(name))
                .filter(text -> !text.isBlank());
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tunedrop-job");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for temporary files: " + e.getMessage(), e);
        }
    }
}
