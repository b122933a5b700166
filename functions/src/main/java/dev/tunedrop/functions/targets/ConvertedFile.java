package dev.tunedrop.functions.targets;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.DatasetFormat;

/// A dataset written as a target takes it: JSON Lines, one row at a time, under its name whole or not at all.
public final class ConvertedFile {

    private static final int BUFFER = 1 << 16;

    private ConvertedFile() {}

    /// The file must be one that the target's verdict does not refuse.
    ///
    /// @param format what the rows must be; absent: found out
    /// @return rows written
    public static long write(Path dataset, @Nullable DatasetFormat format, Target target, Path out) throws IOException {
        Conversion conversion = new Conversion(target);
        Path folder = out.toAbsolutePath().getParent();
        Path partial = Files.createTempFile(folder, ".convert", ".jsonl");
        long[] rows = {0};
        try (InputStream in = Files.newInputStream(dataset);
                OutputStream lines = new BufferedOutputStream(Files.newOutputStream(partial), BUFFER)) {
            new DatasetCheck(format).file(in, (line, row) -> {
                lines.write(conversion.line(row).getBytes(StandardCharsets.UTF_8));
                lines.write('\n');
                rows[0]++;
            });
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(partial);
            throw e;
        }
        Files.move(partial, out, StandardCopyOption.ATOMIC_MOVE);
        return rows[0];
    }
}
