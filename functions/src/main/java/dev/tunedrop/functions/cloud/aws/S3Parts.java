package dev.tunedrop.functions.cloud.aws;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/// Writes files of any size as objects: S3 takes up to 5 GiB in one request, and up to 10,000 parts of as much each. A
/// part is read from the file as it is sent, again where it is sent again, so nothing of it is held.
///
/// @param partBytes files up to this size go in one request, larger ones in parts of it
record S3Parts(S3Client s3, long partBytes) {

    static final long PART_BYTES = 64L << 20;

    private static final int MOST_PARTS = 10_000;

    void put(PutObjectRequest to, Path file) {
        long size = size(file);
        if (size <= partBytes) s3.putObject(to, RequestBody.fromFile(file));
        else inParts(to, file, size);
    }

    private void inParts(PutObjectRequest to, Path file, long size) {
        String upload = s3.createMultipartUpload(
                        request -> request.bucket(to.bucket()).key(to.key()).contentType(to.contentType()))
                .uploadId();
        boolean complete = false;
        try {
            List<CompletedPart> parts = new ArrayList<>();
            long step = Math.max(partBytes, Math.ceilDiv(size, MOST_PARTS));
            for (long at = 0; at < size; at += step)
                parts.add(part(to, upload, parts.size() + 1, file, at, Math.min(step, size - at)));
            s3.completeMultipartUpload(request -> request.bucket(to.bucket())
                    .key(to.key())
                    .uploadId(upload)
                    .multipartUpload(whole -> whole.parts(parts)));
            complete = true;
        } finally {
            if (!complete)
                s3.abortMultipartUpload(
                        request -> request.bucket(to.bucket()).key(to.key()).uploadId(upload));
        }
    }

    private CompletedPart part(PutObjectRequest to, String upload, int number, Path file, long at, long length) {
        String tag = s3.uploadPart(
                        request -> request.bucket(to.bucket())
                                .key(to.key())
                                .uploadId(upload)
                                .partNumber(number)
                                .contentLength(length),
                        RequestBody.fromContentProvider(
                                () -> range(file, at, length), length, "application/octet-stream"))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    private static InputStream range(Path file, long at, long length) {
        try {
            FileChannel channel = FileChannel.open(file);
            try {
                return new Range(Channels.newInputStream(channel.position(at)), length);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// So many bytes of a stream, which is closed with it.
    private static final class Range extends FilterInputStream {
        private long left;

        Range(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) return -1;
            int read = super.read(into, offset, (int) Math.min(left, length));
            if (read > 0) left -= read;
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(Math.min(left, count));
            left -= skipped;
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
