package dev.tunedrop.functions.provider.openai;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The first bytes of a stream.
final class BoundedStream extends FilterInputStream {

    private long left;

    BoundedStream(InputStream in, long length) {
        super(in);
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        if (left == 0) return -1;
        int one = super.read();
        if (one >= 0) left--;
        return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) return -1;
        int read = super.read(into, offset, (int) Math.min(length, left));
        if (read > 0) left -= read;
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
