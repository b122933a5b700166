package dev.tunedrop.functions.checks.sketch;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes sketches one after the other, [SketchFile#BYTES] each, little endian, in the order of the record's
/// components.
public final class SketchWriter implements Closeable {

    private final OutputStream out;
    private final ByteBuffer one = ByteBuffer.allocate(SketchFile.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    public SketchWriter(Path file) throws IOException {
        this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    public void add(RowSketch sketch) throws IOException {
        one.clear()
                .putLong(sketch.line())
                .putLong(sketch.content())
                .putLong(sketch.questionHigh())
                .putLong(sketch.questionLow())
                .putLong(sketch.answer())
                .putInt(sketch.words())
                .putInt(0);
        one.asShortBuffer().put(sketch.signature());
        out.write(one.array());
    }

    /// Adds the sketches of the range that follows.
    public void addAll(SketchFile later, long linesBefore) throws IOException {
        for (int i = 0; i < later.rows(); i++) {
            RowSketch sketch = later.sketch(i);
            add(new RowSketch(
                    sketch.line() + linesBefore,
                    sketch.content(),
                    sketch.questionHigh(),
                    sketch.questionLow(),
                    sketch.answer(),
                    sketch.words(),
                    sketch.signature()));
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
