package dev.tunedrop.local.console;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.tunedrop.events.metric.Emf;

/// The file that functions and training jobs of one cloud append their figures to, a line in the embedded metric format
/// each, as CloudWatch would read it. Only its end is read: what was reported last.
public final class FigureLog {

    private static final int READ_BYTES = 4 << 20;

    private final Path file;
    private final int readBytes;

    public FigureLog(Path file) {
        this(file, READ_BYTES);
    }

    /// @param readBytes how much of the file's end is read
    FigureLog(Path file, int readBytes) {
        this.file = file;
        this.readBytes = readBytes;
    }

    /// Where the cloud of a home folder keeps it.
    public static Path file(Path home) {
        return home.toAbsolutePath().resolve("cloud").resolve("figures.jsonl");
    }

    /// Every figure that was reported, by name.
    public List<Figure> figures() {
        Map<String, Figure> figures = new TreeMap<>();
        for (String line : lines())
            for (Emf.Point point : Emf.points(line))
                figures.merge(
                        point.name() + " " + point.dimension(),
                        new Figure(point.name(), point.dimension(), 1, point.value(), point.value(), point.at()),
                        FigureLog::after);
        return List.copyOf(figures.values());
    }

    private static Figure after(Figure before, Figure next) {
        return new Figure(
                before.name(),
                before.dimension(),
                before.reports() + 1,
                before.sum() + next.sum(),
                next.latest(),
                next.latestAt());
    }

    /// Whole lines only: the first may be cut where reading begins, and the last is being written.
    private List<String> lines() {
        if (!Files.exists(file)) return List.of();
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, in.length() - readBytes);
            byte[] end = new byte[(int) (in.length() - start)];
            in.seek(start);
            in.readFully(end);
            String text = new String(end, StandardCharsets.UTF_8);
            int first = start == 0 ? 0 : text.indexOf('\n') + 1;
            int last = text.lastIndexOf('\n');
            return last < first
                    ? List.of()
                    : text.substring(first, last).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
