package dev.tunedrop.events.metric;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// Writes each report as one line with one write, so that lines of several threads, or of several processes that append
/// to one file, do not mix.
public final class EmfLines implements Metrics {

    /// The setting that names a file to append to. Without it lines go to the standard output, from where Lambda and
    /// Batch take them to CloudWatch.
    public static final String FILE_SETTING = "TUNEDROP_METRICS_FILE";

    private final OutputStream out;
    private final Clock clock;

    private EmfLines(OutputStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /// @param file as [#FILE_SETTING] says; absent for the standard output
    public static EmfLines to(@Nullable String file) {
        try {
            OutputStream out =
                    file == null ? new FileOutputStream(FileDescriptor.out) : new FileOutputStream(file, true);
            return new EmfLines(out, Clock.systemUTC());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot append to " + file + "; let " + FILE_SETTING + " name a file that can be written", e);
        }
    }

    @Override
    public void put(Map<String, String> about, Map<Metric, ? extends Number> values) {
        byte[] line = (Emf.line(clock.instant(), about, values) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            out.write(line);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a line of figures", e);
        }
    }
}
