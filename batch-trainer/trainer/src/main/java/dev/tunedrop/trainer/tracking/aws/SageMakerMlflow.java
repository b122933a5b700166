package dev.tunedrop.trainer.tracking.aws;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/// Where a managed MLflow is that is named by its ARN, and how requests to it are signed.
///
/// @param endpoint of the region
public record SageMakerMlflow(URI endpoint, SageMakerSigner signer) {

    private static final Pattern ARN = Pattern.compile(
            "arn:(aws|aws-us-gov):sagemaker:([a-z0-9-]+):(\\d{12}):(mlflow-tracking-server|mlflow-app)/[\\w-]+");

    /// Empty when this is no such ARN. Credentials are found the SDK's own way, when a request is signed.
    public static Optional<SageMakerMlflow> of(String arn) {
        Matcher match = ARN.matcher(arn);
        if (!match.matches()) return Optional.empty();
        String region = match.group(2);
        boolean app = match.group(4).equals("mlflow-app");
        SageMakerSigner signer = new SageMakerSigner(
                DefaultCredentialsProvider.builder().build(),
                region,
                app ? "sagemaker" : "sagemaker-mlflow",
                app ? "x-sm-mlflow-app-arn" : "x-mlflow-sm-tracking-server-arn",
                arn);
        return Optional.of(new SageMakerMlflow(
                URI.create(
                        app
                                ? "https://mlflow.sagemaker.%s.app.aws".formatted(region)
                                : "https://%s.experiments.sagemaker.aws".formatted(region)),
                signer));
    }
}
