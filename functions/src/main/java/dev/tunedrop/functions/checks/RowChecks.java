package dev.tunedrop.functions.checks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.tunedrop.functions.checks.sketch.Repeats;
import dev.tunedrop.functions.checks.sketch.SketchFile;
import dev.tunedrop.functions.checks.sketch.SketchWriter;
import dev.tunedrop.functions.checks.sketch.Sketcher;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// Every check beyond format, over the good rows of a file or of one of its ranges: tallies, and a sketch of each row
/// in a file beside them. Close it before the sketches are read.
public final class RowChecks implements DatasetCheck.RowSink, AutoCloseable {

    private final List<RowCheck> checks;
    private final Tallies tallies = new Tallies();
    private final SketchWriter sketches;
    private final Sketcher sketcher = new Sketcher();
    private final RowText text = new RowText();

    /// @param more checks that others bring, beside those of this package
    public RowChecks(List<? extends RowCheck> more, Path sketches) throws IOException {
        this.checks = all(more);
        this.sketches = new SketchWriter(sketches);
    }

    static List<RowCheck> all(List<? extends RowCheck> more) {
        List<RowCheck> all = new ArrayList<>(List.of(
                new ShapeCheck(),
                new AnswerCheck(),
                new ToolCheck(),
                new LengthCheck(),
                new LanguageCheck(),
                new PersonalDataCheck()));
        all.addAll(more);
        return all;
    }

    @Override
    public void take(long line, Row row) throws IOException {
        SeenRow seen = new SeenRow(line, row, text);
        for (RowCheck check : checks) check.see(seen, tallies);
        sketches.add(seen.sketch(sketcher));
        text.release();
    }

    public Tallies tallies() {
        return tallies;
    }

    /// Says what the whole file's tallies and sketches mean.
    ///
    /// @param rows good rows of the file
    /// @return what is there more than once
    public static Repeats conclude(
            List<? extends RowCheck> more, Tallies tallies, long rows, SketchFile sketches, Findings findings)
            throws IOException {
        for (RowCheck check : all(more)) check.conclude(tallies, rows, findings);
        Repeats repeats = Repeats.in(sketches);
        RepeatFindings.add(repeats, rows, findings);
        return repeats;
    }

    @Override
    public void close() throws IOException {
        sketches.close();
    }
}
