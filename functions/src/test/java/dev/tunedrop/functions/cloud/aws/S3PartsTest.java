package dev.tunedrop.functions.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

class S3PartsTest {

    private static final int PART = 1000;
    private static final PutObjectRequest TO = PutObjectRequest.builder()
            .bucket("b")
            .key("k")
            .contentType("text/plain")
            .build();

    @TempDir
    Path folder;

    /// A store of one object that keeps what it is sent, and reads each part twice as a repeated request does.
    private static final class OneObject implements S3Client {
        private final Map<Integer, byte[]> parts = new TreeMap<>();
        private final List<String> calls = new ArrayList<>();
        private byte[] object = new byte[0];
        private int failingPart;

        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            calls.add("put");
            object = bytes(body);
            return PutObjectResponse.builder().build();
        }

        @Override
        public CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
            calls.add("create " + request.contentType());
            return CreateMultipartUploadResponse.builder().uploadId("u").build();
        }

        @Override
        public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody body) {
            if (request.partNumber() == failingPart) throw SdkClientException.create("the line is cut");
            byte[] bytes = bytes(body);
            assertThat(bytes(body)).as("sent again").isEqualTo(bytes);
            assertThat(request.contentLength()).isEqualTo(bytes.length);
            parts.put(request.partNumber(), bytes);
            return UploadPartResponse.builder()
                    .eTag("tag" + request.partNumber())
                    .build();
        }

        @Override
        public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
            calls.add("complete");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (CompletedPart part : request.multipartUpload().parts()) {
                assertThat(part.eTag()).isEqualTo("tag" + part.partNumber());
                all.writeBytes(parts.getOrDefault(part.partNumber(), new byte[0]));
            }
            object = all.toByteArray();
            return CompleteMultipartUploadResponse.builder().build();
        }

        @Override
        public AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
            calls.add("abort " + request.uploadId());
            return AbortMultipartUploadResponse.builder().build();
        }

        private static byte[] bytes(RequestBody body) {
            try (InputStream in = body.contentStreamProvider().newStream()) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    private Path file(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(folder.resolve("file"), bytes);
    }

    @Test
    void aFileOfOnePartIsSentInOneRequest() throws IOException {
        OneObject s3 = new OneObject();
        new S3Parts(s3, PART).put(TO, file(PART));
        assertThat(s3.calls).containsExactly("put");
        assertThat(s3.object).isEqualTo(Files.readAllBytes(folder.resolve("file")));
    }

    @Test
    void aLargerFileIsSentInPartsThatMakeItUp() throws IOException {
        for (int size : new int[] {PART + 1, 2 * PART, 3 * PART + 17}) {
            OneObject s3 = new OneObject();
            new S3Parts(s3, PART).put(TO, file(size));
            assertThat(s3.calls).containsExactly("create text/plain", "complete");
            assertThat(s3.parts).hasSize(Math.ceilDiv(size, PART));
            assertThat(s3.object).isEqualTo(Files.readAllBytes(folder.resolve("file")));
        }
    }

    @Test
    void anUploadThatBreaksOffIsTakenBack() throws IOException {
        OneObject s3 = new OneObject();
        s3.failingPart = 2;
        Path file = file(3 * PART);
        assertThatThrownBy(() -> new S3Parts(s3, PART).put(TO, file)).hasMessageContaining("the line is cut");
        assertThat(s3.calls).containsExactly("create text/plain", "abort u");
    }

    /// S3 takes no more than ten thousand.
    @Test
    void aFileOfMorePartsThanTheStoreTakesIsSentInLargerOnes() throws IOException {
        OneObject s3 = new OneObject();
        new S3Parts(s3, 1).put(TO, file(10_001));
        assertThat(s3.parts).hasSize(5001);
        assertThat(s3.object).isEqualTo(Files.readAllBytes(folder.resolve("file")));
    }
}
