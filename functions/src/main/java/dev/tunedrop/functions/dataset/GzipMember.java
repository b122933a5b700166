package dev.tunedrop.functions.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// What a gzip file holds (RFC 1952), refused where it is damaged, has more than one member, or grows beyond what a
/// dataset may: at most 100 bytes out for one in, once it is over a mebibyte, and a cap in all.
///
/// The library's own stream reads any number of members and knows no caps, which is why this one exists.
public final class GzipMember extends InputStream {

    /// What one archive may grow to.
    public static final long MOST_BYTES = 4L << 30;

    static final int MOST_RATIO = 100;
    static final long FREE_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int DEFLATED = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;
    private static final int FIXED_HEADER_REST = 6;
    private static final String PACK_AGAIN = "Pack it again with gzip, or drop it unpacked.";

    private final InputStream in;
    private final long cap;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int limit;
    private int taken;
    private boolean finished;

    /// Why an archive is refused.
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final String rule;
        private final String remedy;

        Refused(String rule, String message, String remedy) {
            super(message);
            this.rule = rule;
            this.remedy = remedy;
        }

        public String rule() {
            return rule;
        }

        public String remedy() {
            return remedy;
        }
    }

    public GzipMember(InputStream in) throws IOException {
        this(in, MOST_BYTES);
    }

    GzipMember(InputStream in, long cap) throws IOException {
        this.in = in;
        this.cap = cap;
        header();
    }

    private void header() throws IOException {
        if (need() != 0x1f || need() != 0x8b || need() != DEFLATED) throw corrupt("its header is not gzip's");
        int flags = need();
        if ((flags & RESERVED) != 0) throw corrupt("its header has flags that gzip does not know");
        for (int i = 0; i < FIXED_HEADER_REST; i++) need();
        if ((flags & EXTRA) != 0) for (int left = need() | need() << 8; left > 0; left--) need();
        if ((flags & NAME) != 0) skipText();
        if ((flags & COMMENT) != 0) skipText();
        if ((flags & HEADER_CHECKSUM) != 0) {
            need();
            need();
        }
    }

    private void skipText() throws IOException {
        while (need() != 0) {}
    }

    private int need() throws IOException {
        int b = in.read();
        if (b < 0) throw truncated();
        return b;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (finished) return -1;
        try {
            int count = inflater.inflate(into, offset, length);
            while (count == 0 && !inflater.finished()) {
                if (inflater.needsDictionary()) throw corrupt("it asks for a dictionary");
                limit = in.read(buffer);
                if (limit < 0) throw truncated();
                inflater.setInput(buffer, 0, limit);
                count = inflater.inflate(into, offset, length);
            }
            checksum.update(into, offset, count);
            withinCaps();
            if (count > 0) return count;
        } catch (DataFormatException e) {
            Refused refused = corrupt("its data cannot be unpacked");
            refused.initCause(e);
            throw refused;
        }
        trailer();
        return -1;
    }

    private void withinCaps() throws Refused {
        long out = inflater.getBytesWritten();
        if (out > cap)
            throw new Refused(
                    "gzip-too-large",
                    "the gzip archive grows to more than %,d bytes".formatted(cap),
                    "Drop it in parts, or unpacked.");
        if (out > FREE_BYTES && out > MOST_RATIO * inflater.getBytesRead())
            throw new Refused(
                    "gzip-ratio",
                    "the gzip archive grows more than %d-fold, which no dataset of different rows does"
                            .formatted(MOST_RATIO),
                    "Drop it unpacked if it is what it should be.");
    }

    private void trailer() throws IOException {
        finished = true;
        long sum = little();
        long size = little();
        if (sum != checksum.getValue()) throw corrupt("its checksum is not that of its data");
        if (size != (inflater.getBytesWritten() & 0xffffffffL)) throw corrupt("its length is not that of its data");
        if (next() >= 0)
            throw new Refused(
                    "gzip-several-members",
                    "something follows the end of the gzip archive, such as a second archive",
                    "Pack all rows into one: zcat FILE | gzip > NEW.");
    }

    private long little() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int b = next();
            if (b < 0) throw truncated();
            value |= (long) b << shift;
        }
        return value;
    }

    /// The next byte after the deflated data: what the inflater left over, then the stream.
    private int next() throws IOException {
        int left = inflater.getRemaining() - taken;
        if (left > 0) return buffer[limit - inflater.getRemaining() + taken++] & 0xff;
        return in.read();
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }

    private static Refused truncated() {
        return new Refused("gzip-truncated", "the gzip archive ends before its data does", "Upload it again, whole.");
    }

    private static Refused corrupt(String how) {
        return new Refused("gzip-corrupt", "the gzip archive is damaged: " + how, PACK_AGAIN);
    }
}
