package dev.tunedrop.functions.provider.aws;

import java.util.Optional;

import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.CustomModelDeploymentUpdateDetails;
import software.amazon.awssdk.services.bedrock.model.GetCustomModelDeploymentResponse;
import software.amazon.awssdk.services.bedrock.model.ResourceNotFoundException;

import dev.tunedrop.functions.provider.OrderName;

/// Customised models on demand: one deployment for each endpoint, whose address stays while its model
/// changes. What was deployed before stays among the account's models, so going back is one more update.
final class BedrockDeployments {

    private static final int LONGEST = 63;

    private final BedrockClient bedrock;
    private final AwsAnswers answers;

    BedrockDeployments(BedrockClient bedrock, AwsAnswers answers) {
        this.bedrock = bedrock;
        this.answers = answers;
    }

    /// The deployment's ARN once it answers with the model. Asked again, it goes on where it stands.
    Optional<String> serve(String endpoint, String model) {
        String name = name(endpoint);
        Optional<GetCustomModelDeploymentResponse> found = find(name);
        if (found.isEmpty()) {
            answers.read(
                    "deployment " + name,
                    () -> bedrock.createCustomModelDeployment(create -> create.modelDeploymentName(name)
                            .modelArn(model)
                            .clientRequestToken(OrderName.of(name + " " + model))));
            return Optional.empty();
        }
        GetCustomModelDeploymentResponse deployment = found.get();
        return switch (answers.present("deployment " + name, deployment.statusAsString())) {
            case "Active" -> active(name, deployment, model);
            case "Failed" -> throw broken(name, "failed");
            default -> Optional.empty();
        };
    }

    private Optional<String> active(String name, GetCustomModelDeploymentResponse deployment, String model) {
        CustomModelDeploymentUpdateDetails update = deployment.updateDetails();
        String updating = update == null ? "" : String.valueOf(update.updateStatusAsString());
        if (updating.equals("Updating")) return Optional.empty();
        if (model.equals(deployment.modelArn()))
            return Optional.of(answers.present("deployment " + name, deployment.customModelDeploymentArn()));
        if (update != null && updating.equals("UpdateFailed") && model.equals(update.modelArn()))
            throw broken(name, "could not be updated to " + model);
        answers.read(
                "deployment " + name,
                () -> bedrock.updateCustomModelDeployment(
                        change -> change.customModelDeploymentIdentifier(name).modelArn(model)));
        return Optional.empty();
    }

    private static IllegalStateException broken(String name, String how) {
        return new IllegalStateException(
                "Bedrock's deployment %s %s; delete it there, then drop the file again".formatted(name, how));
    }

    private Optional<GetCustomModelDeploymentResponse> find(String name) {
        return answers.read("deployment " + name, () -> {
            try {
                return Optional.of(bedrock.getCustomModelDeployment(get -> get.customModelDeploymentIdentifier(name)));
            } catch (ResourceNotFoundException none) {
                return Optional.empty();
            }
        });
    }

    /// Whether an id is one that is asked: a deployment's, or that of throughput that was bought.
    static boolean answers(String asked) {
        return asked.contains(":custom-model-deployment/") || asked.contains(":provisioned-model/");
    }

    /// Letters and digits, with one hyphen between any two.
    private static String name(String endpoint) {
        String clean = ("tunedrop-" + endpoint).replaceAll("[^a-zA-Z0-9]+", "-").replaceAll("-+$", "");
        return clean.substring(0, Math.min(clean.length(), LONGEST));
    }
}
