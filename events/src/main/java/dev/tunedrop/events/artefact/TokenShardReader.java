package dev.tunedrop.events.artefact;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;

/// Reads a token shard from a mapped file: any row at any time, none held.
///
/// The format is a safetensors file of N rows with T tokens in all, laid end to end: `offsets` I64 (N + 1), `lines`
/// I64 (N), `ids` I32 (T), `trained` U8 (T); metadata `format=tunedrop-token-shard`, `version=1`. With metadata
/// `objective=dpo` the rows are pairs: row 2i is the preferred answer to a prompt, row 2i + 1 the other one. A shard of
/// labelled texts has `labels` I32 (N) as well, and the labels' names as a JSON list in the metadata's `labels`.
public final class TokenShardReader implements AutoCloseable {

    /// Metadata: what the rows teach; absent: the next token.
    public static final String OBJECTIVE = "objective";

    /// Preference pairs.
    public static final String DPO = "dpo";

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Safetensors tensors;
    private final MemorySegment offsets;
    private final MemorySegment lines;
    private final MemorySegment ids;
    private final MemorySegment trained;
    private final List<String> labels;
    private final @Nullable MemorySegment labelColumn;
    private final long rows;
    private final long tokens;
    private final long trainedTokens;

    private TokenShardReader(Safetensors tensors) {
        this.tensors = tensors;
        Map<String, String> metadata = tensors.metadata();
        require(
                TokenShard.FORMAT.equals(metadata.get("format")) && TokenShard.VERSION.equals(metadata.get("version")),
                "is not a token shard of version " + TokenShard.VERSION);
        offsets = column("offsets", DType.I64);
        lines = column("lines", DType.I64);
        ids = column("ids", DType.I32);
        trained = column("trained", DType.U8);
        rows = lines.byteSize() / 8;
        tokens = ids.byteSize() / 4;
        require(offsets.byteSize() / 8 == rows + 1, "must have one offset more than its " + rows + " lines");
        require(trained.byteSize() == tokens, "must have a loss mark for each of its " + tokens + " tokens");
        require(!pairs() || rows % 2 == 0, "holds pairs, and must have an even number of rows, has " + rows);
        String names = metadata.get(Labels.FIELD);
        labels = names == null ? List.of() : Labels.read(names, tensors.file().toString());
        labelColumn = names == null ? null : column(Labels.FIELD, DType.I32);
        checkOffsets();
        checkLabels();
        trainedTokens = labels.isEmpty() ? countTrained() : rows;
    }

    /// @throws InvalidDocument when the file is not a whole token shard
    public static TokenShardReader open(Path file) {
        Safetensors tensors = Safetensors.open(file);
        boolean opened = false;
        try {
            TokenShardReader reader = new TokenShardReader(tensors);
            opened = true;
            return reader;
        } finally {
            if (!opened) tensors.close();
        }
    }

    public long rows() {
        return rows;
    }

    public long tokens() {
        return tokens;
    }

    /// Tokens that carry loss, those at the first place of a row left out: nothing predicts them. Of labelled texts
    /// the rows.
    public long trainedTokens() {
        return trainedTokens;
    }

    /// The largest token id of all rows, 0 where there is none.
    public int greatestId() {
        int greatest = 0;
        for (long token = 0; token < tokens; token++) greatest = Math.max(greatest, ids.get(INT, 4 * token));
        return greatest;
    }

    public Map<String, String> metadata() {
        return tensors.metadata();
    }

    /// Whether rows 2i and 2i + 1 are a preferred answer and the other one.
    public boolean pairs() {
        return DPO.equals(metadata().get(OBJECTIVE));
    }

    /// Tokens of a row.
    public int length(long row) {
        return Math.toIntExact(offset(row + 1) - offset(row));
    }

    /// The labels of a shard of labelled texts, in the order of their numbers; else empty.
    public List<String> labels() {
        return labels;
    }

    /// The number of a row's label, or -1 in a shard without labels.
    public int label(long row) {
        Objects.checkIndex(row, rows);
        return labelColumn == null ? -1 : labelColumn.get(INT, 4 * row);
    }

    /// Whether a labelled row, or any token of the row after its first, within the first `maxTokens`, carries loss.
    public boolean trains(long row, int maxTokens) {
        if (!labels.isEmpty()) return true;
        long begin = offset(row);
        long end = begin + Math.min(length(row), maxTokens);
        for (long token = begin + 1; token < end; token++)
            if (trained.get(ValueLayout.JAVA_BYTE, token) == 1) return true;
        return false;
    }

    public TokenRow row(long row) {
        Objects.checkIndex(row, rows);
        long begin = offset(row);
        int length = length(row);
        int[] rowIds = ids.asSlice(4 * begin, 4L * length).toArray(INT);
        boolean[] rowTrained = new boolean[length];
        for (int t = 0; t < length; t++) rowTrained[t] = trained.get(ValueLayout.JAVA_BYTE, begin + t) == 1;
        return new TokenRow(rowIds, rowTrained, lines.get(LONG, 8 * row));
    }

    @Override
    public void close() {
        tensors.close();
    }

    private long offset(long row) {
        return offsets.get(LONG, 8 * row);
    }

    private MemorySegment column(String name, DType dtype) {
        TensorInfo info = tensors.tensor(name);
        require(
                info.dtype() == dtype && info.shape().size() == 1,
                "%s must be %s of one dimension, was %s %s".formatted(name, dtype, info.dtype(), info.shape()));
        return tensors.bytes(name);
    }

    private void checkOffsets() {
        require(offset(0) == 0, "offsets must start at 0");
        require(offset(rows) == tokens, "offsets must end at " + tokens + ", the number of tokens");
        for (long row = 0; row < rows; row++)
            require(
                    offset(row) < offset(row + 1) && offset(row + 1) - offset(row) <= Integer.MAX_VALUE,
                    "row " + row + " has no tokens, or its offsets fall");
    }

    private void checkLabels() {
        if (labelColumn == null) return;
        require(labelColumn.byteSize() / 4 == rows, "must have a label for each of its " + rows + " rows");
        for (long row = 0; row < rows; row++)
            require(
                    label(row) >= 0 && label(row) < labels.size(),
                    "row " + row + " has label " + label(row) + " of " + labels.size());
    }

    private long countTrained() {
        long count = 0;
        for (long token = 0; token < tokens; token++) {
            byte mark = trained.get(ValueLayout.JAVA_BYTE, token);
            require(mark == 0 || mark == 1, "trained must be 0 or 1");
            count += mark;
        }
        for (long row = 0; row < rows; row++) count -= trained.get(ValueLayout.JAVA_BYTE, offset(row));
        return count;
    }

    private void require(boolean holds, String message) {
        if (!holds) throw new InvalidDocument(tensors.file() + ": " + message);
    }
}
