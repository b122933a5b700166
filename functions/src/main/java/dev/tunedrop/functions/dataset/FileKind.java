package dev.tunedrop.functions.dataset;

import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.run.Finding;

/// Files that are something else than JSON Lines, told by their first bytes.
public final class FileKind {

    /// How many bytes a verdict needs.
    public static final int HEAD_BYTES = 64;

    /// The length of UTF-8's byte order mark.
    static final int MARK_BYTES = 3;

    @SuppressWarnings("ArrayRecordComponent")
    private record Magic(String rule, String name, String remedy, int... bytes) {
        boolean matches(byte[] head) {
            if (head.length < bytes.length) return false;
            for (int i = 0; i < bytes.length; i++) if ((head[i] & 0xff) != bytes[i]) return false;
            return true;
        }
    }

    private static final String UNPACK = "Unpack it and drop the .jsonl file that is inside.";
    private static final String EXPORT = "Export the rows as JSON Lines, one object per line.";

    private static final int[] GZIP = {0x1f, 0x8b};

    private static final List<Magic> MAGICS = List.of(
            new Magic("file-gzip", "a gzip archive within another", UNPACK, GZIP),
            new Magic("file-zip", "a zip archive", UNPACK, 'P', 'K', 3, 4),
            new Magic("file-zstd", "a zstd archive", UNPACK, 0x28, 0xb5, 0x2f, 0xfd),
            new Magic("file-xz", "an xz archive", UNPACK, 0xfd, '7', 'z', 'X', 'Z', 0),
            new Magic("file-bzip2", "a bzip2 archive", UNPACK, 'B', 'Z', 'h'),
            new Magic("file-parquet", "a Parquet file", EXPORT, 'P', 'A', 'R', '1'),
            new Magic("file-pdf", "a PDF", EXPORT, '%', 'P', 'D', 'F', '-'),
            new Magic("file-arrow", "an Arrow file", EXPORT, 'A', 'R', 'R', 'O', 'W', '1'),
            new Magic("file-avro", "an Avro file", EXPORT, 'O', 'b', 'j', 1),
            new Magic("file-elf", "a program", EXPORT, 0x7f, 'E', 'L', 'F'),
            new Magic("utf32", "UTF-32 text", "Save it as UTF-8.", 0xff, 0xfe, 0, 0),
            new Magic("utf32", "UTF-32 text", "Save it as UTF-8.", 0, 0, 0xfe, 0xff),
            new Magic("utf16", "UTF-16 text", "Save it as UTF-8.", 0xff, 0xfe),
            new Magic("utf16", "UTF-16 text", "Save it as UTF-8.", 0xfe, 0xff));

    private FileKind() {}

    /// An error when the head shows another kind of file, else empty.
    static Optional<Finding> refuse(byte[] head) {
        for (Magic magic : MAGICS)
            if (magic.matches(head))
                return Optional.of(
                        file(magic.rule(), "the file is " + magic.name() + ", not JSON Lines", magic.remedy()));
        if (looksPlain(head))
            return Optional.of(file(
                    "file-plain-text",
                    "the file starts like plain text or a table, not like JSON Lines",
                    "Write each piece of text as {\"text\": \"...\"} on a line of its own."));
        if (looksUtf16(head))
            return Optional.of(file(
                    "utf16", "the file is UTF-16 text without a mark, not JSON Lines in UTF-8", "Save it as UTF-8."));
        return Optional.empty();
    }

    public static boolean gzip(byte[] head) {
        return head.length >= GZIP.length && (head[0] & 0xff) == GZIP[0] && (head[1] & 0xff) == GZIP[1];
    }

    /// Whether the file is one JSON array.
    public static boolean array(byte[] head) {
        int at = byteOrderMark(head) ? MARK_BYTES : 0;
        while (at < head.length && isSpace(head[at])) at++;
        return at < head.length && head[at] == '[';
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    /// Two words of ASCII letters with a blank, a comma or a line feed between, before anything JSON is made of.
    private static boolean looksPlain(byte[] head) {
        int at = byteOrderMark(head) ? MARK_BYTES : 0;
        int start = at;
        while (at < head.length && isLetter(head[at])) at++;
        boolean word = at - start >= 2 && at + 1 < head.length;
        return word && (head[at] == ' ' || head[at] == ',' || head[at] == '\n') && isLetter(head[at + 1]);
    }

    private static boolean isLetter(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    }

    static boolean byteOrderMark(byte[] head) {
        return head.length >= MARK_BYTES
                && (head[0] & 0xff) == 0xef
                && (head[1] & 0xff) == 0xbb
                && (head[2] & 0xff) == 0xbf;
    }

    /// JSON in UTF-16 starts with an ASCII character, so every other one of its first bytes is zero.
    private static boolean looksUtf16(byte[] head) {
        if (head.length < 4) return false;
        boolean little = head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0;
        boolean big = head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0;
        return little || big;
    }

    static Finding file(String rule, String message, String remedy) {
        return new Finding(rule, Finding.Severity.ERROR, 0, 0, null, message, remedy);
    }
}
