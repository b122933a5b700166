package dev.tunedrop.local.batch;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What a job runs.
///
/// @param mainClass the container's command
/// @param jvmOptions options of the child JVM
/// @param environment of every job; a job's own entries win
/// @param attemptTimeout when a job names none
public record JobDefinition(
        String name,
        String mainClass,
        List<String> jvmOptions,
        Map<String, String> environment,
        Duration attemptTimeout) {

    public JobDefinition {
        jvmOptions = List.copyOf(jvmOptions);
        environment = Map.copyOf(environment);
    }

    public String arn() {
        return "arn:aws:batch:us-east-1:000000000000:job-definition/" + name + ":1";
    }

    boolean isNamed(String nameOrArn) {
        return nameOrArn.equals(name) || nameOrArn.equals(name + ":1") || nameOrArn.equals(arn());
    }
}
