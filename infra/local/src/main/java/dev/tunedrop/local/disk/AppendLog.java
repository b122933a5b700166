package dev.tunedrop.local.disk;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file of lines that only grows; not a channel, since an interrupt would close one for good. [#append] returns when
/// the line, and every one before it, is on the disk; what was only written ([#write]) outlives this process, but
/// maybe not the machine. A line cut short by a crash, or one that the disk had no time to fill, is dropped and cut
/// off when the file is opened again, and so is all behind it.
public final class AppendLog implements AutoCloseable {

    private final Path file;
    private final RandomAccessFile out;
    private final Disk disk;
    private final List<String> recovered;

    /// What makes written bytes last.
    @FunctionalInterface
    public interface Disk {
        void force(FileDescriptor file) throws IOException;
    }

    private AppendLog(Path file, RandomAccessFile out, Disk disk, List<String> recovered) {
        this.file = file;
        this.out = out;
        this.disk = disk;
        this.recovered = recovered;
    }

    public static AppendLog open(Path file) {
        return open(file, FileDescriptor::sync);
    }

    public static AppendLog open(Path file, Disk disk) {
        try {
            Path folder = DurableFile.folderOf(file);
            Files.createDirectories(folder);
            boolean isNew = !Files.exists(file);
            RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
            byte[] bytes = new byte[Math.toIntExact(out.length())];
            out.readFully(bytes);
            int whole = lengthOfWholeLines(bytes);
            out.setLength(whole);
            out.seek(whole);
            if (isNew) DurableFile.force(folder);
            return new AppendLog(file, out, disk, lines(bytes, whole));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + file, e);
        }
    }

    /// The whole lines of a file that nobody appends to any more.
    public static List<String> read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return lines(bytes, lengthOfWholeLines(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    public Path file() {
        return file;
    }

    /// The lines that were there when the file was opened.
    public List<String> recovered() {
        return recovered;
    }

    /// Writes one line and forces the file to the disk.
    public synchronized void append(String line) {
        write(line);
        try {
            disk.force(out.getFD());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot force to the disk: " + file, e);
        }
    }

    /// Writes one line, which reaches the disk with the next that is appended.
    public synchronized void write(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append to " + file, e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }

    /// Text has no zero byte: where one is, the file was made longer and then not filled.
    private static int lengthOfWholeLines(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) end++;
        while (end > 0 && bytes[end - 1] != '\n') end--;
        return end;
    }

    private static List<String> lines(byte[] bytes, int length) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] != '\n') continue;
            lines.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
            start = i + 1;
        }
        return lines;
    }
}
