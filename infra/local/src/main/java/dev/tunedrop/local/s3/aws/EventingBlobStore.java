package dev.tunedrop.local.s3.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

import dev.tunedrop.local.disk.DurableFile;

/// Tells of every object written, after its bytes were forced to the disk and before the writer is answered.
final class EventingBlobStore extends ForwardingBlobStore {

    private final Path root;
    private final Consumer<ObjectCreated> listener;
    private final AtomicLong sequence = new AtomicLong(System.currentTimeMillis() << 12);

    EventingBlobStore(BlobStore store, Path root, Consumer<ObjectCreated> listener) {
        super(store);
        this.root = root;
        this.listener = listener;
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        PutObjectResponse response = super.putBlob(request, payload);
        written(request.bucket(), request.key(), "PutObject");
        return response;
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        CopyObjectResponse response = super.copyBlob(request);
        written(request.destinationBucket(), request.destinationKey(), "CopyObject");
        return response;
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        CompleteMultipartUploadResponse response = super.completeMultipartUpload(upload, request);
        written(upload.containerName(), upload.blobName(), "CompleteMultipartUpload");
        return response;
    }

    private void written(String bucket, String key, String reason) {
        Path file = root.resolve(bucket).resolve(key);
        try {
            if (Files.isRegularFile(file)) DurableFile.force(file);
            if (file.getParent() != null && Files.isDirectory(file.getParent())) DurableFile.force(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot force an object of " + bucket + " to the disk", e);
        }
        HeadObjectResponse head = delegate().blobMetadata(bucket, key);
        listener.accept(new ObjectCreated(
                bucket,
                key,
                head.contentLength(),
                head.eTag().replace("\"", ""),
                reason,
                "%016X".formatted(sequence.incrementAndGet())));
    }
}
