package dev.tunedrop.local.finetuning;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Server-sent events under the name that was asked for, each line as soon as it is whole.
final class NamedEvents extends InputStream {

    private static final String DATA = "data: ";

    private final BufferedReader events;
    private final String model;
    private byte[] line = new byte[0];
    private int read;

    NamedEvents(InputStream events, String model) {
        this.events = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8));
        this.model = model;
    }

    @Override
    public int read() throws IOException {
        return more() ? line[read++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (!more()) return -1;
        int n = Math.min(length, line.length - read);
        System.arraycopy(line, read, into, offset, n);
        read += n;
        return n;
    }

    private boolean more() throws IOException {
        if (read < line.length) return true;
        String next = events.readLine();
        if (next == null) return false;
        line = (renamed(next) + "\n").getBytes(StandardCharsets.UTF_8);
        read = 0;
        return true;
    }

    private String renamed(String event) {
        return event.startsWith(DATA + "{") ? DATA + Models.named(event.substring(DATA.length()), model) : event;
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
