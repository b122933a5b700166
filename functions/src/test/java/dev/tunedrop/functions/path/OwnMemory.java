package dev.tunedrop.functions.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory that this process had of its own, looked at often: pages of mapped files are not in it, which the
/// kernel takes back when it needs the room.
final class OwnMemory {

    private static final long EVERY_MILLIS = 50;

    private volatile long most;

    private OwnMemory() {}

    static OwnMemory watch() {
        OwnMemory own = new OwnMemory();
        Thread.ofPlatform().daemon().name("own memory").start(own::look);
        return own;
    }

    long most() {
        return Math.max(most, status("RssAnon"));
    }

    private void look() {
        try {
            while (true) {
                most = Math.max(most, status("RssAnon"));
                Thread.sleep(EVERY_MILLIS);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// A line of what the kernel says of this process, in bytes.
    static long status(String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status")))
                if (line.startsWith(name + ":")) return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("/proc/self/status has no " + name);
    }
}
