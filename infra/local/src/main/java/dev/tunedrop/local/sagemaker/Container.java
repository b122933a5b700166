package dev.tunedrop.local.sagemaker;

import java.util.List;
import java.util.Map;

/// How the endpoint's container is started on this machine.
///
/// @param mainClass the container's command; called with `arguments`, then `--base DIR --port PORT`
public record Container(
        String mainClass, List<String> arguments, List<String> jvmOptions, Map<String, String> environment) {

    public Container {
        arguments = List.copyOf(arguments);
        jvmOptions = List.copyOf(jvmOptions);
        environment = Map.copyOf(environment);
    }
}
