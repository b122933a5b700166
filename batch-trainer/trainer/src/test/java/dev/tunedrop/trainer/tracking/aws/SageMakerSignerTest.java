package dev.tunedrop.trainer.tracking.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

import dev.tunedrop.events.artefact.Sha256;

class SageMakerSignerTest {

    private static final String SERVER = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/team";
    private static final String APP = "arn:aws:sagemaker:us-east-1:111122223333:mlflow-app/app-ABC";

    @Test
    void anArnSaysWhereTheServerIsAndHowItIsNamed() {
        SageMakerMlflow server = SageMakerMlflow.of(SERVER).orElseThrow();
        assertThat(server.endpoint()).hasToString("https://eu-west-1.experiments.sagemaker.aws");
        assertThat(server.signer().service()).isEqualTo("sagemaker-mlflow");
        SageMakerMlflow app = SageMakerMlflow.of(APP).orElseThrow();
        assertThat(app.endpoint()).hasToString("https://mlflow.sagemaker.us-east-1.app.aws");
        assertThat(app.signer().service()).isEqualTo("sagemaker");
        assertThat(app.signer().header()).isEqualTo("x-sm-mlflow-app-arn");
        assertThat(SageMakerMlflow.of("arn:aws:s3:::bucket")).isEmpty();
    }

    /// Signature Version 4 computed anew from what was sent, by the steps of its specification.
    @Test
    void theSignatureIsTheOneThatTheServiceComputes() throws GeneralSecurityException {
        byte[] body = "{\"run_id\":\"r\"}".getBytes(StandardCharsets.UTF_8);
        URI uri = URI.create(
                "https://eu-west-1.experiments.sagemaker.aws/api/2.0/mlflow/experiments/get-by-name?experiment_name=a%20b");
        for (String method : List.of("POST", "GET")) {
            byte[] sent = method.equals("GET") ? new byte[0] : body;
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(signer().headers(method, uri, sent));
            assertThat(headers)
                    .containsEntry("x-mlflow-sm-tracking-server-arn", SERVER)
                    .containsEntry("x-amz-content-sha256", Sha256.of(sent))
                    .containsEntry("x-amz-security-token", "session")
                    .doesNotContainKeys("host", "connection", "content-length");
            String authorization = Objects.requireNonNull(headers.get("Authorization"));
            String signed = between(authorization, "SignedHeaders=", ",");
            assertThat(signed.split(";"))
                    .contains("host", "x-mlflow-sm-tracking-server-arn")
                    .doesNotContain("connection");
            assertThat(authorization).endsWith("Signature=" + signature(method, uri, headers, signed));
        }
    }

    private static SageMakerSigner signer() {
        return new SageMakerSigner(
                StaticCredentialsProvider.create(AwsSessionCredentials.create("AKID", "secret", "session")),
                "eu-west-1",
                "sagemaker-mlflow",
                "x-mlflow-sm-tracking-server-arn",
                SERVER);
    }

    private static String signature(String method, URI uri, Map<String, String> headers, String signed)
            throws GeneralSecurityException {
        StringBuilder canonical = new StringBuilder(method + "\n" + uri.getRawPath() + "\n" + uri.getRawQuery() + "\n");
        for (String name : signed.split(";"))
            canonical
                    .append(name.toLowerCase(Locale.ROOT))
                    .append(':')
                    .append(name.equals("host") ? uri.getHost() : headers.get(name))
                    .append('\n');
        canonical.append('\n').append(signed).append('\n').append(headers.get("x-amz-content-sha256"));
        String time = Objects.requireNonNull(headers.get("X-Amz-Date"));
        String day = time.substring(0, 8);
        String scope = day + "/eu-west-1/sagemaker-mlflow/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + Sha256.of(canonical.toString().getBytes(StandardCharsets.UTF_8));
        byte[] key = "AWS4secret".getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(day, "eu-west-1", "sagemaker-mlflow", "aws4_request")) key = hmac(key, part);
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
