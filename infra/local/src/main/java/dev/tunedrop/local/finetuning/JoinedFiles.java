package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Two files of lines as one.
final class JoinedFiles {

    private static final int BUFFER = 1 << 16;

    private JoinedFiles() {}

    /// How many lines of the first stand before the second's.
    static long join(Path first, Path second, Path both) throws IOException {
        try (OutputStream out = Files.newOutputStream(both)) {
            long lines = copy(first, out);
            Files.copy(second, out);
            return lines;
        }
    }

    /// Ends the last line where its end is missing.
    private static long copy(Path file, OutputStream out) throws IOException {
        long lines = 0;
        byte last = '\n';
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                for (int i = 0; i < n; i++) if (buffer[i] == '\n') lines++;
                if (n > 0) last = buffer[n - 1];
            }
        }
        if (last == '\n') return lines;
        out.write('\n');
        return lines + 1;
    }
}
