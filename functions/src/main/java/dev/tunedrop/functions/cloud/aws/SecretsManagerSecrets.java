package dev.tunedrop.functions.cloud.aws;

import java.util.Optional;

import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

import dev.tunedrop.functions.cloud.Secrets;

/// Secrets Manager's current version of a secret, as text.
final class SecretsManagerSecrets implements Secrets {

    private final SecretsManagerClient manager;

    SecretsManagerSecrets(SecretsManagerClient manager) {
        this.manager = manager;
    }

    @Override
    public Optional<String> find(String name) {
        try {
            return Optional.ofNullable(
                    AwsCalls.call("the secret " + name, () -> manager.getSecretValue(request -> request.secretId(name)))
                            .secretString());
        } catch (ResourceNotFoundException none) {
            return Optional.empty();
        }
    }
}
