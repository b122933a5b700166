package dev.tunedrop.functions.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;

/// Walks the rows of a file or of one of its ranges, checks each and hands good rows on. Memory does not grow with the
/// file. All or nothing: one error anywhere refuses the file.
public final class DatasetCheck {

    /// Below this many rows a fine-tune seldom generalises; OpenAI's service refuses such files.
    public static final int FEW_ROWS = 10;

    /// Larger rows are looked at one at a time in a process, however many ranges are on their way: what a row of some
    /// megabytes becomes while it is looked at is many times its size.
    private static final int LARGE_ROW_BYTES = 1 << 18;

    private static final ReentrantLock LARGE_ROW = new ReentrantLock();

    private final Findings findings = new Findings();
    private final QuickJson quick = new QuickJson();
    private final FormatTally formats = new FormatTally();
    private final @Nullable DatasetFormat asked;
    private boolean stopped;
    private long lines;
    private long rows;
    private long refusedRows;

    /// Takes good rows in file order.
    @FunctionalInterface
    public interface RowSink {
        void take(long line, Row row) throws IOException;
    }

    /// @param asked the format that the rows must have; absent: found out from the rows
    public DatasetCheck(@Nullable DatasetFormat asked) {
        this.asked = asked;
    }

    public DatasetCheck() {
        this(null);
    }

    /// Checks a whole file, unpacked where it is a gzip archive.
    public void file(InputStream file, RowSink sink) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file);
        try {
            if (FileKind.gzip(head(in))) content(new BufferedInputStream(new GzipMember(in)), sink);
            else content(in, sink);
        } catch (GzipMember.Refused e) {
            findings.add(FileKind.file(e.rule(), String.valueOf(e.getMessage()), e.remedy()));
        }
        whole(findings, rows, formats);
        refusedRows += formats.differing();
    }

    /// Checks what is not packed, all of it; call [#whole] on the merged result.
    public void content(InputStream file, RowSink sink) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file);
        byte[] head = head(in);
        if (!accepts(head)) return;
        if (FileKind.array(head)) array(in, head, sink);
        else lines(LineReader.of(in), sink);
    }

    /// Checks the range of a file of lines that begins at its first byte or later; call [#whole] on the merged result.
    public void range(InputStream file, long start, long end, RowSink sink) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file);
        if (start == 0 && !accepts(head(in))) return;
        lines(LineReader.ofRange(in, start, end), sink);
    }

    private static byte[] head(BufferedInputStream in) throws IOException {
        in.mark(FileKind.HEAD_BYTES);
        byte[] head = in.readNBytes(FileKind.HEAD_BYTES);
        in.reset();
        return head;
    }

    private boolean accepts(byte[] head) {
        Optional<Finding> refused = FileKind.refuse(head);
        refused.ifPresent(findings::add);
        if (FileKind.byteOrderMark(head))
            findings.add(new Finding(
                    "utf8-bom",
                    Severity.WARNING,
                    1,
                    1,
                    null,
                    "the file starts with a byte order mark, which is skipped",
                    "Save it as UTF-8 without one."));
        return refused.isEmpty();
    }

    private void array(InputStream in, byte[] head, RowSink sink) throws IOException {
        if (FileKind.byteOrderMark(head)) in.skipNBytes(FileKind.MARK_BYTES);
        ArrayReader reader = new ArrayReader(in);
        for (ArrayReader.Piece piece = reader.next(); piece != null && !stopped; piece = reader.next()) {
            lines = Math.max(lines, piece.line());
            switch (piece) {
                case ArrayReader.Broken broken ->
                    refuse(broken.line(), broken.column(), broken.rule(), broken.message(), broken.remedy());
                case ArrayReader.Element element -> {
                    rows++;
                    if (element.tooLong()) tooLong(element.line());
                    else
                        parse(
                                new Place(element.line(), element.column(), element.bytes()),
                                element.bytes(),
                                sink,
                                true);
                }
            }
        }
    }

    private void lines(LineReader reader, RowSink sink) throws IOException {
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            lines = line.number();
            line(line, sink);
        }
    }

    private void line(LineReader.Line line, RowSink sink) throws IOException {
        if (line.tooLong()) {
            rows++;
            tooLong(line.number());
            return;
        }
        if (line.blank()) {
            findings.add(new Finding(
                    "line-blank",
                    Severity.WARNING,
                    line.number(),
                    0,
                    null,
                    "the line is blank",
                    "Remove it; it is skipped."));
            return;
        }
        rows++;
        byte[] bytes = withoutMark(line);
        if (openingBracketOnly(bytes))
            refuse(
                    line.number(),
                    1,
                    "file-pretty-printed",
                    "an object is spread over several lines",
                    "Write each object on one line (JSON Lines).");
        else {
            int skipped = line.bytes().length - bytes.length;
            parse(new Place(line.number(), 1 + skipped, bytes), bytes, sink, false);
        }
    }

    /// How long is not said: a range may end before the line does, and must say what the whole file says.
    private void tooLong(long line) {
        refuse(
                line,
                0,
                "line-too-long",
                "the row has more than %,d bytes".formatted(LineReader.MAX_LINE_BYTES),
                "Split the row, or drop it.");
    }

    private void parse(Place place, byte[] bytes, RowSink sink, boolean inArray) throws IOException {
        if (bytes.length < LARGE_ROW_BYTES) {
            look(place, bytes, sink, inArray);
            return;
        }
        LARGE_ROW.lock();
        try {
            look(place, bytes, sink, inArray);
        } finally {
            LARGE_ROW.unlock();
        }
    }

    private void look(Place place, byte[] bytes, RowSink sink, boolean inArray) throws IOException {
        JsonValue value;
        try {
            value = StrictJson.parse(bytes, quick);
        } catch (JsonDefect defect) {
            refuse(place.line(defect.at()), place.column(defect.at()), defect.rule(), defect.what(), defect.remedy());
            return;
        }
        RowRules.Checked checked = RowRules.check(value, asked);
        DatasetFormat format = checked.format();
        if (inArray && format != null && !format.arrays()) {
            refuseArray(place, format);
            return;
        }
        for (RowNotes.Note note : checked.notes())
            findings.add(new Finding(
                    note.rule(),
                    note.severity(),
                    place.line(note.at()),
                    place.column(note.at()),
                    note.field(),
                    note.message(),
                    note.remedy()));
        Row row = checked.row();
        if (row == null) {
            refusedRows++;
            return;
        }
        if (format != null && value instanceof JsonValue.Obj object) formats.add(format, place.line(), object);
        if (!formats.mixed()) sink.take(place.line(), row);
    }

    private void refuseArray(Place place, DatasetFormat format) {
        stopped = true;
        refuse(
                place.line(0),
                place.column(0),
                "file-json-array",
                "the file is one JSON array, and rows of %s come one per line".formatted(format.id()),
                "Write the array's objects one per line (JSON Lines).");
    }

    private void refuse(long line, long column, String rule, String message, String remedy) {
        refusedRows++;
        findings.add(new Finding(rule, Severity.ERROR, line, column, null, message, remedy));
    }

    private static byte[] withoutMark(LineReader.Line line) {
        byte[] bytes = line.bytes();
        boolean mark = line.offset() == 0 && FileKind.byteOrderMark(bytes);
        return mark ? Arrays.copyOfRange(bytes, FileKind.MARK_BYTES, bytes.length) : bytes;
    }

    private static boolean openingBracketOnly(byte[] bytes) {
        if (bytes.length > FileKind.HEAD_BYTES) return false;
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        return text.equals("{") || text.equals("[");
    }

    /// Adds what can be said only of the whole file: no rows, few rows, several formats.
    public static void whole(Findings findings, long rows, FormatTally formats) {
        formats.refuseMixture(findings);
        if (rows == 0 && findings.errors() == 0)
            findings.add(FileKind.file("file-empty", "the file has no rows", "Write at least one row, better fifty."));
        else if (rows > 0 && rows < FEW_ROWS && findings.errors() == 0)
            findings.add(new Finding(
                    "few-rows",
                    Severity.WARNING,
                    0,
                    0,
                    null,
                    "the file has %d %s; few models learn from fewer than %d"
                            .formatted(rows, rows == 1 ? "row" : "rows", FEW_ROWS),
                    "Add rows; fifty to a hundred good ones are a start."));
    }

    public Findings findings() {
        return findings;
    }

    /// What the good rows were read as, and why.
    public FormatTally formats() {
        return formats;
    }

    /// The good rows' format; `unknown` when there is none.
    public String format() {
        return formats.format();
    }

    /// Lines seen, blank ones included.
    public long lines() {
        return lines;
    }

    public long rows() {
        return rows;
    }

    public long refusedRows() {
        return refusedRows;
    }
}
