package dev.tunedrop.trainer.tracking.aws;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

import dev.tunedrop.trainer.tracking.RequestSigner;

/// Signature Version 4 as SageMaker's managed MLflow wants it: a header names the server or app by its ARN, and is
/// signed with the host and the body's sha256. `Connection` is not signed: the service strips it.
///
/// @param service `sagemaker-mlflow` for a tracking server, `sagemaker` for an app
/// @param header that carries the ARN
public record SageMakerSigner(
        AwsCredentialsProvider credentials, String region, String service, String header, String arn)
        implements RequestSigner {

    private static final Set<String> SET_BY_THE_CLIENT = Set.of("host", "content-length", "connection");

    @Override
    public Map<String, String> headers(String method, URI uri, byte[] body) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(method))
                .uri(uri)
                .putHeader(header, arn)
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials.resolveCredentials())
                        .request(request)
                        .payload(ContentStreamProvider.fromByteArray(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                .request();
        Map<String, String> headers = new LinkedHashMap<>();
        signed.forEachHeader((name, values) -> {
            if (!SET_BY_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) headers.put(name, String.join(",", values));
        });
        return headers;
    }
}
