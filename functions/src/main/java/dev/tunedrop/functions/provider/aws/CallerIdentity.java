package dev.tunedrop.functions.provider.aws;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.vertex.SubjectToken;

/// A signed `GetCallerIdentity` that is not sent: Google sends it, and AWS tells Google who signed it. The
/// target is signed along, so that the proof is good for one workload identity provider only.
final class CallerIdentity implements SubjectToken {

    private static final String TARGET = "x-goog-cloud-target-resource";

    private final AwsCredentialsProvider credentials;
    private final String region;
    private final Clock clock;

    CallerIdentity(AwsCredentialsProvider credentials, String region, Clock clock) {
        this.credentials = credentials;
        this.region = region;
        this.clock = clock;
    }

    @Override
    public String forAudience(String audience) {
        String url = "https://sts." + region + ".amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15";
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create(url))
                .putHeader(TARGET, audience)
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials.resolveCredentials())
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sts")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request();
        ObjectNode token = Json.mapper().createObjectNode().put("url", url).put("method", "POST");
        ArrayNode headers = token.putArray("headers");
        for (Map.Entry<String, List<String>> header : signed.headers().entrySet())
            headers.addObject()
                    .put("key", header.getKey())
                    .put("value", header.getValue().getFirst());
        return URLEncoder.encode(Json.writeLine(token), StandardCharsets.UTF_8);
    }
}
