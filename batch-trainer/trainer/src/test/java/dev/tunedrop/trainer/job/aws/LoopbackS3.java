package dev.tunedrop.trainer.job.aws;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.trainer.job.ObjectFolder;

/// S3 on a loopback port, kept in a directory.
public final class LoopbackS3 implements AutoCloseable {

    private static final String USER = "user";
    private static final String SECRET = "secret";

    private final S3Proxy server;
    private final S3Client client;
    private final URI address;

    public LoopbackS3(Path folder, String... buckets) throws IOException {
        FilesystemNio2BlobStore store =
                new FilesystemNio2BlobStore(Files.createDirectories(folder).toString());
        for (String bucket : buckets) store.createContainer(bucket);
        server = S3Proxy.builder()
                .blobStore(store)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, USER, SECRET)
                .ignoreUnknownHeaders(true)
                .metricsEnabled(false)
                .build();
        start();
        address = URI.create("http://127.0.0.1:" + server.getPort());
        client = S3Client.builder()
                .endpointOverride(address)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(USER, SECRET)))
                .forcePathStyle(true)
                .build();
    }

    private void start() throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("cannot start S3 on a loopback port", e);
        }
    }

    public ObjectFolder bucket(String name) {
        return new S3Folder(client, name);
    }

    /// What a process needs in its environment to speak with this S3.
    public Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL_S3",
                address.toString(),
                "AWS_REGION",
                Region.US_EAST_1.id(),
                "AWS_ACCESS_KEY_ID",
                USER,
                "AWS_SECRET_ACCESS_KEY",
                SECRET,
                "TUNEDROP_S3_PATH_STYLE",
                "true");
    }

    @Override
    public void close() throws IOException {
        client.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("cannot stop S3 on a loopback port", e);
        }
    }
}
