package dev.tunedrop.trainer.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;

/// A directory that one training at a time writes to: a lock of the operating system, which goes with the process that
/// holds it, however that ends, and stays while it is paused.
record OneWriter(FileChannel file) implements AutoCloseable {

    /// @throws UserMistake when another training holds the directory
    static OneWriter of(Path directory) throws IOException {
        FileChannel file =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(file) != null) return new OneWriter(file);
        file.close();
        throw new UserMistake(
                "Another training is writing to %s. Wait until it ends, or choose another --out.".formatted(directory));
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
