package dev.tunedrop.functions.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;

/// Walks the lines of a file or of one of its ranges, checks each and hands good rows on. Memory does not grow with the
/// file. All or nothing: one error anywhere refuses the file.
public final class DatasetCheck {

    /// Below this many rows a fine-tune seldom generalises; OpenAI's service refuses such files.
    public static final int FEW_ROWS = 10;

    private final Findings findings = new Findings();
    private @Nullable DatasetFormat format;
    private long lines;
    private long rows;
    private long refusedRows;

    /// Takes good rows in file order.
    @FunctionalInterface
    public interface RowSink {
        void take(long line, Row row) throws IOException;
    }

    /// Checks a whole file.
    public void file(InputStream file, RowSink sink) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file);
        in.mark(FileKind.HEAD_BYTES);
        byte[] head = in.readNBytes(FileKind.HEAD_BYTES);
        in.reset();
        if (head(head)) lines(LineReader.of(in), sink);
        whole();
    }

    /// Checks the range of a file that begins at its first byte or later; call [#whole()] on the merged result.
    public void range(InputStream in, long start, long end, RowSink sink) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in);
        if (start == 0) {
            buffered.mark(FileKind.HEAD_BYTES);
            byte[] head = buffered.readNBytes(FileKind.HEAD_BYTES);
            buffered.reset();
            if (!head(head)) return;
        }
        lines(LineReader.ofRange(buffered, start, end), sink);
    }

    private boolean head(byte[] head) {
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

    private void lines(LineReader reader, RowSink sink) throws IOException {
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            lines = line.number();
            line(line, sink);
        }
    }

    private void line(LineReader.Line line, RowSink sink) throws IOException {
        if (line.tooLong()) {
            rows++;
            refuse(
                    line.number(),
                    0,
                    "line-too-long",
                    "the line has %,d bytes, more than %,d".formatted(line.sizeBytes(), LineReader.MAX_LINE_BYTES),
                    "Split the row, or drop it.");
            return;
        }
        byte[] bytes = withoutMark(line);
        int skipped = line.bytes().length - bytes.length;
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
        try {
            row(line.number(), StrictJson.parse(bytes), sink);
        } catch (JsonDefect defect) {
            if (openingBracketOnly(bytes))
                refuse(
                        line.number(),
                        1,
                        "file-pretty-printed",
                        "an object is spread over several lines",
                        "Write each object on one line (JSON Lines).");
            else refuse(line.number(), defect.at() + skipped + 1L, defect.rule(), defect.what(), defect.remedy());
        }
    }

    private void row(long line, JsonValue value, RowSink sink) throws IOException {
        RowRules.Checked checked = RowRules.check(line, value);
        checked.findings().forEach(findings::add);
        if (checked.row().isEmpty()) {
            refusedRows++;
            return;
        }
        Row row = checked.row().get();
        if (format == null) format = checked.format();
        if (checked.format() != format) {
            refuse(
                    line,
                    1,
                    "format-mixed",
                    "the row is " + checked.format().id() + ", the rows before it are " + format.id(),
                    "Keep one format in a file.");
            return;
        }
        sink.take(line, row);
    }

    private void refuse(long line, long column, String rule, String message, String remedy) {
        refusedRows++;
        findings.add(new Finding(rule, Severity.ERROR, line, column, null, message, remedy));
    }

    private static byte[] withoutMark(LineReader.Line line) {
        byte[] bytes = line.bytes();
        boolean mark = line.offset() == 0 && FileKind.byteOrderMark(bytes);
        return mark ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
    }

    private static boolean openingBracketOnly(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        return text.equals("{") || text.equals("[");
    }

    /// The rules for the file as a whole.
    private void whole() {
        whole(findings, rows);
    }

    /// Adds what can be said only of the whole file: no rows, few rows.
    public static void whole(Findings findings, long rows) {
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

    /// The good rows' format; `unknown` when there is none.
    public String format() {
        return format == null ? DatasetFormat.UNKNOWN : format.id();
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
