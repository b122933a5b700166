package dev.tunedrop.local.facade;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/// AWS's event stream (`application/vnd.amazon.eventstream`) as far as SageMaker's answers use it: parts of a payload,
/// one after the other.
public final class EventStream {

    static final String TYPE = "application/vnd.amazon.eventstream";

    private static final int LONGEST = 1 << 24;
    private static final Map<String, HeaderValue> PART = Map.of(
            ":message-type",
            HeaderValue.fromString("event"),
            ":event-type",
            HeaderValue.fromString("PayloadPart"),
            ":content-type",
            HeaderValue.fromString("application/octet-stream"));

    private EventStream() {}

    static void part(OutputStream out, byte[] payload) throws IOException {
        new Message(PART, payload).encode(out);
    }

    /// The payload that a stream's parts make up, as they come.
    public static InputStream payload(InputStream stream) {
        return new Payload(new DataInputStream(stream));
    }

    private static final class Payload extends InputStream {
        private final DataInputStream in;
        private byte[] part = new byte[0];
        private int read;

        Payload(DataInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return more() ? part[read++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (!more()) return -1;
            int n = Math.min(length, part.length - read);
            System.arraycopy(part, read, into, offset, n);
            read += n;
            return n;
        }

        private boolean more() throws IOException {
            while (read == part.length) {
                byte[] next = next();
                if (next.length == 0) return false;
                part = next;
                read = 0;
            }
            return true;
        }

        /// Empty at the end.
        private byte[] next() throws IOException {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException end) {
                return new byte[0];
            }
            if (length < Integer.BYTES || length > LONGEST)
                throw new IOException("a message of " + length + " bytes is none of an event stream's");
            ByteBuffer message = ByteBuffer.allocate(length).putInt(length);
            byte[] rest = new byte[length - Integer.BYTES];
            in.readFully(rest);
            return Message.decode(message.put(rest).flip()).getPayload();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
