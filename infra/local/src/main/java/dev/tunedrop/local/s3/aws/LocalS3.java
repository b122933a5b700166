package dev.tunedrop.local.s3.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The S3 API on a folder, on loopback, path-style.
public final class LocalS3 implements AutoCloseable {

    private final S3Proxy server;
    private final BlobStore store;

    private LocalS3(S3Proxy server, BlobStore store) {
        this.server = server;
        this.store = store;
    }

    /// @param port 0 for any free one
    /// @param listener called for each object written, before the writer is answered
    public static LocalS3 start(Path folder, int port, String user, String secret, Consumer<ObjectCreated> listener) {
        try {
            Files.createDirectories(folder);
            BlobStore store = new EventingBlobStore(new FilesystemNio2BlobStore(folder.toString()), folder, listener);
            S3Proxy server = S3Proxy.builder()
                    .blobStore(store)
                    .endpoint(URI.create("http://127.0.0.1:" + port))
                    .awsAuthentication(AuthenticationType.AWS_V4, user, secret)
                    .ignoreUnknownHeaders(true)
                    .metricsEnabled(false)
                    .build();
            server.start();
            return new LocalS3(server, store);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep objects in " + folder, e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot serve S3 on port " + port + ": " + e.getMessage(), e);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    public void createBucket(String bucket) {
        if (!store.containerExists(bucket)) store.createContainer(bucket);
    }

    public boolean exists(String bucket, String key) {
        return store.blobExists(bucket, key);
    }

    /// Writes a file as an object.
    public void put(String bucket, String key, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            store.putBlob(
                    PutObjectRequest.builder()
                            .bucket(bucket)
                            .key(key)
                            .contentLength(Files.size(file))
                            .build(),
                    in);
        }
    }

    /// Every object of a bucket as if it had just been written; for whoever looks for events that were missed.
    public List<ObjectCreated> objects(String bucket) {
        List<ObjectCreated> all = new ArrayList<>();
        String token = null;
        do {
            ListObjectsV2Response page = store.list(ListObjectsV2Request.builder()
                    .bucket(bucket)
                    .continuationToken(token)
                    .build());
            for (S3Object object : page.contents()) {
                HeadObjectResponse head = store.blobMetadata(bucket, object.key());
                all.add(new ObjectCreated(
                        bucket, object.key(), head.contentLength(), head.eTag().replace("\"", ""), "PutObject", "0"));
            }
            token = page.nextContinuationToken();
        } while (token != null);
        return all;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop S3: " + e.getMessage(), e);
        }
    }
}
