package dev.tunedrop.functions.dataset;

import java.security.MessageDigest;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;

/// A row on its way through the pipeline: one line of the canonical file.
///
/// @param line where it stands in the dropped file
/// @param split `train` or `validation` once the dataset is assembled
/// @param content SHA-256 of the row as [RowJson] writes it: of rows with one sum only one is used, so nobody may be
/// able
///     to make another row with it
/// @param question sum of everything before the last trained answer, see [RowKeys]: rows with the same question stay on
///     the same side of the split, so that no answer leaks
public record CanonicalRow(long line, @Nullable String split, String content, String question, Row row) {

    public static final String TRAIN = "train";
    public static final String VALIDATION = "validation";

    public static CanonicalRow of(long line, Row row) {
        RowBytes bytes = new RowBytes();
        bytes.write(row);
        MessageDigest digest = Sha256.digest();
        digest.update(bytes.bytes(), 0, bytes.size());
        return new CanonicalRow(
                line, null, Sha256.hex(digest.digest()), new RowKeys().over(row).question(), row);
    }

    /// The dataset's line number of a row that was counted from its range's start.
    public CanonicalRow movedBy(long linesBefore) {
        return new CanonicalRow(line + linesBefore, split, content, question, row);
    }

    public CanonicalRow in(String side) {
        return new CanonicalRow(line, side, content, question, row);
    }

    @Override
    public String toString() {
        return "CanonicalRow[line " + line + ", withheld: it holds training text]";
    }
}
