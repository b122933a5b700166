package dev.tunedrop.local.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file of lines that only grows; not a channel, since an interrupt would close one for good. [#append] returns when
/// the line is on the disk; a line cut short by a crash is
/// dropped, and cut off, when the file is opened again.
public final class AppendLog implements AutoCloseable {

    private final Path file;
    private final RandomAccessFile out;
    private final List<String> recovered;

    private AppendLog(Path file, RandomAccessFile out, List<String> recovered) {
        this.file = file;
        this.out = out;
        this.recovered = recovered;
    }

    public static AppendLog open(Path file) {
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
            return new AppendLog(file, out, lines(bytes, whole));
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

    /// Writes one line and forces it to the disk.
    public synchronized void append(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
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

    private static int lengthOfWholeLines(byte[] bytes) {
        int end = bytes.length;
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
