package dev.tunedrop.trainer.job.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.trainer.job.ObjectFolder;
import dev.tunedrop.trainer.job.ObjectFolderContract;

/// The SDK's calls over the wire of a local S3.
class S3FolderTest extends ObjectFolderContract {

    private @Nullable S3Proxy server;
    private @Nullable S3Client client;

    @BeforeEach
    void start() throws Exception {
        FilesystemNio2BlobStore store = new FilesystemNio2BlobStore(
                Files.createDirectories(folder.resolve("s3")).toString());
        store.createContainer("bucket");
        server = S3Proxy.builder()
                .blobStore(store)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, "user", "secret")
                .ignoreUnknownHeaders(true)
                .metricsEnabled(false)
                .build();
        Objects.requireNonNull(server).start();
        client = S3Client.builder()
                .endpointOverride(URI.create(
                        "http://127.0.0.1:" + Objects.requireNonNull(server).getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("user", "secret")))
                .forcePathStyle(true)
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        if (client != null) client.close();
        if (server != null) server.stop();
    }

    @Override
    protected ObjectFolder bucket() {
        return new S3Folder(Objects.requireNonNull(client), "bucket");
    }

    @Test
    void aFileLargerThanAPartGoesUpInPartsAndComesBackTheSame() throws IOException {
        Path large = folder.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((64 << 20) + 5);
            file.seek((64 << 20) - 2);
            file.writeLong(0x0123_4567_89ab_cdefL);
        }
        bucket().upload(large, "large");
        bucket().download("large", folder.resolve("back"));
        assertThat(Sha256.of(folder.resolve("back"))).isEqualTo(Sha256.of(large));
    }

    @Test
    void aBucketThatIsNotThereIsNamedInTheError() {
        assertThatThrownBy(() -> new S3Folder(Objects.requireNonNull(client), "absent").write("key", bytes("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("s3://absent/: cannot write key");
    }
}
