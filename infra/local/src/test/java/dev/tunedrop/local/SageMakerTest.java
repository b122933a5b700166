package dev.tunedrop.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;
import software.amazon.awssdk.services.sagemaker.model.InferenceComponentStatus;
import software.amazon.awssdk.services.sagemaker.model.ProductionVariant;
import software.amazon.awssdk.services.sagemaker.model.SageMakerException;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.sagemakerruntime.model.ModelErrorException;

import dev.tunedrop.local.facade.EventStream;

/// An endpoint with a base and an adapter through the SDK, its waiter included, and again after a restart.
class SageMakerTest {

    @TempDir
    Path home;

    private static byte[] archive(String name, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            byte[] body = content.getBytes(StandardCharsets.UTF_8);
            byte[] header = new byte[512];
            byte[] title = name.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(title, 0, header, 0, title.length);
            byte[] size = "%011o".formatted(body.length).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(size, 0, header, 124, size.length);
            header[156] = '0';
            out.write(header);
            out.write(Arrays.copyOf(body, 512));
            out.write(new byte[1024]);
        }
        return bytes.toByteArray();
    }

    private static SageMakerClient sagemaker(LocalCloud cloud) {
        return ToyCloud.client(
                        SageMakerClient.builder(),
                        cloud.addresses(),
                        cloud.addresses().api())
                .build();
    }

    private static String ask(LocalCloud cloud, String component, String body) {
        Addresses at = cloud.addresses();
        try (SageMakerRuntimeClient runtime =
                ToyCloud.client(SageMakerRuntimeClient.builder(), at, at.api()).build()) {
            return runtime.invokeEndpoint(b -> b.endpointName("triage")
                            .inferenceComponentName(component)
                            .contentType("application/json")
                            .body(SdkBytes.fromUtf8String(body)))
                    .body()
                    .asUtf8String();
        }
    }

    /// The container says the second word only once the first has arrived here.
    private static void streamed(LocalCloud cloud) throws Exception {
        Path go = Files.createTempFile("tunedrop", ".go");
        Files.delete(go);
        HttpRequest request = HttpRequest.newBuilder(
                        cloud.addresses().api().resolve("/endpoints/triage/invocations-response-stream"))
                .header("Authorization", "Credential=" + cloud.addresses().accessKeyId() + "/")
                .header("X-Amzn-SageMaker-Inference-Component", "one")
                .POST(HttpRequest.BodyPublishers.ofString("slowly " + go))
                .build();
        try (HttpClient http = HttpClient.newHttpClient();
                InputStream words = EventStream.payload(http.send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body())) {
            assertThat(new String(words.readNBytes(5), StandardCharsets.UTF_8)).isEqualTo("first");
            Files.createFile(go);
            assertThat(new String(words.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("second");
        } finally {
            Files.deleteIfExists(go);
        }
    }

    private static InferenceComponentStatus await(SageMakerClient client, String component)
            throws InterruptedException {
        while (true) {
            InferenceComponentStatus status = client.describeInferenceComponent(
                            b -> b.inferenceComponentName(component))
                    .inferenceComponentStatus();
            if (status != InferenceComponentStatus.CREATING) return status;
            Thread.sleep(50);
        }
    }

    private void createEndpoint(SageMakerClient client) throws InterruptedException {
        client.createModel(b -> b.modelName("tiny")
                .primaryContainer(c -> c.image("tunedrop")
                        .modelDataSource(d -> d.s3DataSource(s -> s.s3Uri("s3://" + Names.BASES + "/tiny/")
                                .s3DataType("S3Prefix")
                                .compressionType("None")))));
        client.createEndpointConfig(b -> b.endpointConfigName("triage")
                .executionRoleArn(Names.ROLE)
                .productionVariants(ProductionVariant.builder()
                        .variantName("AllTraffic")
                        .instanceType("ml.g5.xlarge")
                        .initialInstanceCount(1)
                        .build()));
        client.createEndpoint(b -> b.endpointName("triage").endpointConfigName("triage"));
        assertThat(client.waiter()
                        .waitUntilEndpointInService(b -> b.endpointName("triage"))
                        .matched()
                        .response()
                        .orElseThrow()
                        .endpointStatusAsString())
                .isEqualTo("InService");
        client.createInferenceComponent(b -> b.inferenceComponentName("triage-base")
                .endpointName("triage")
                .variantName("AllTraffic")
                .specification(s -> s.modelName("tiny").computeResourceRequirements(r -> r.minMemoryRequiredInMb(256)))
                .runtimeConfig(r -> r.copyCount(1)));
        assertThat(await(client, "triage-base")).isEqualTo(InferenceComponentStatus.IN_SERVICE);
    }

    private static void createAdapter(SageMakerClient client, String name, String key) {
        client.createInferenceComponent(b -> b.inferenceComponentName(name)
                .endpointName("triage")
                .specification(s -> s.baseInferenceComponentName("triage-base")
                        .container(c -> c.artifactUrl("s3://" + Names.ARTEFACTS + "/" + key))));
    }

    @Test
    void anAdapterAnswersOverItsBaseAndAgainAfterARestart() throws Exception {
        Path base = Files.createDirectories(home.resolve("models/tiny"));
        Files.writeString(base.resolve("config.json"), "{}");
        try (LocalCloud cloud = LocalCloud.start(ToyCloud.options(home));
                SageMakerClient client = sagemaker(cloud);
                S3Client s3 = ToyCloud.s3(cloud.addresses())) {
            createEndpoint(client);
            byte[] adapter = archive("adapter_config.json", "adapter one");
            s3.putObject(b -> b.bucket(Names.ARTEFACTS).key("one.tar.gz"), RequestBody.fromBytes(adapter));
            s3.putObject(b -> b.bucket(Names.ARTEFACTS).key("broken.tar.gz"), RequestBody.fromString("no archive"));
            createAdapter(client, "one", "one.tar.gz");
            createAdapter(client, "broken", "broken.tar.gz");
            assertThat(await(client, "one")).isEqualTo(InferenceComponentStatus.IN_SERVICE);
            assertThat(await(client, "broken")).isEqualTo(InferenceComponentStatus.FAILED);
            assertThat(ask(cloud, "triage-base", "{}")).isEqualTo("\"base of tiny\"");
            assertThat(ask(cloud, "one", "{}")).isEqualTo("\"adapter one\"");
            streamed(cloud);
            assertThatThrownBy(() -> ask(cloud, "one", "refuse"))
                    .isInstanceOfSatisfying(
                            ModelErrorException.class,
                            e -> assertThat(e.originalStatusCode()).isEqualTo(400));
            assertThatThrownBy(() -> ask(cloud, "broken", "{}")).hasMessageContaining("not in service");
            assertThatThrownBy(() -> createAdapter(client, "one", "one.tar.gz"))
                    .isInstanceOf(SageMakerException.class)
                    .hasMessageContaining("already existing");
            assertThatThrownBy(() -> client.describeEndpoint(b -> b.endpointName("nowhere")))
                    .hasMessageContaining("Could not find endpoint");
            assertThatThrownBy(() -> client.createModel(b -> b.modelName("-bad-")))
                    .hasMessageContaining("regular expression");
        }
        try (LocalCloud cloud = LocalCloud.start(ToyCloud.options(home));
                SageMakerClient client = sagemaker(cloud)) {
            assertThat(ask(cloud, "one", "{}")).isEqualTo("\"adapter one\"");
            client.deleteInferenceComponent(b -> b.inferenceComponentName("one"));
            assertThatThrownBy(() -> ask(cloud, "one", "{}")).hasMessageContaining("Could not find");
        }
    }
}
