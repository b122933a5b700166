package dev.tunedrop.functions.cloud.aws;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

import dev.tunedrop.functions.TransientFailure;

/// The bytes of one version of an object, to the last one: where a connection is lost, or ends early without a word, it
/// is opened anew from there. The version is named in each request, so the bytes are of one piece.
final class S3Body extends InputStream {

    private static final int TRIES = 4;

    private final String what;
    private final LongFunction<ResponseInputStream<GetObjectResponse>> from;
    private final long end;
    private ResponseInputStream<GetObjectResponse> body;
    private long at;
    private int tries = TRIES;

    /// @param what is read, for messages
    /// @param from opens the object from a byte on, up to the last one that is wanted
    S3Body(String what, long start, LongFunction<ResponseInputStream<GetObjectResponse>> from) {
        this.what = what;
        this.from = from;
        this.at = start;
        this.body = from.apply(start);
        this.end = start + body.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (true) {
            if (at == end && length > 0) return -1;
            try {
                int read = body.read(into, offset, length);
                if (read < 0) throw new EOFException("the connection ended after byte %,d of %,d".formatted(at, end));
                at += read;
                return read;
            } catch (IOException e) {
                again(e);
            }
        }
    }

    private void again(IOException lost) {
        body.abort();
        if (--tries == 0) throw new TransientFailure(what + ": " + lost.getMessage(), lost);
        body = from.apply(at);
    }

    /// Without reading the rest.
    @Override
    public void close() throws IOException {
        if (at < end) body.abort();
        body.close();
    }
}
