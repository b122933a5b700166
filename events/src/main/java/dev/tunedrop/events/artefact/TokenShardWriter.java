package dev.tunedrop.events.artefact;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/// Writes a token shard (see [TokenShardReader]) row by row; holds no row. The bytes depend only on rows and metadata.
///
/// The columns grow in files beside the shard; [#close()] joins them. After a failed [#add] closing leaves no
/// shard; [#abandon()] does so at will.
public final class TokenShardWriter implements AutoCloseable {

    private final Path file;
    private final Map<String, String> metadata;
    private final Column offsets;
    private final Column lines;
    private final Column ids;
    private final Column trained;
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable Column labels;
    private long rows;
    private long tokens;
    private long trainedTokens;
    private boolean broken;
    private boolean closed;

    /// @param metadata `tokenizer` and `template` at least; `format` and `version` are added
    public TokenShardWriter(Path file, Map<String, String> metadata) throws IOException {
        this(file, metadata, List.of());
    }

    /// A shard of labelled texts.
    ///
    /// @param labels every label that a row may have, as [Labels#sorted] puts them
    public TokenShardWriter(Path file, Map<String, String> metadata, List<String> labels) throws IOException {
        this.file = file;
        this.metadata = new TreeMap<>(metadata);
        for (String label : labels) places.put(label, places.size());
        if (!labels.isEmpty()) this.metadata.put(Labels.FIELD, Labels.written(labels));
        this.labels = labels.isEmpty() ? null : new Column(file, Labels.FIELD);
        this.metadata.put("format", TokenShard.FORMAT);
        this.metadata.put("version", TokenShard.VERSION);
        offsets = new Column(file, "offsets");
        lines = new Column(file, "lines");
        ids = new Column(file, "ids");
        trained = new Column(file, "trained");
        offsets.putLong(0);
    }

    /// A text and its label; the row as a whole carries loss, none of its tokens does.
    public void add(int[] rowIds, String label, long line) throws IOException {
        Integer place = places.get(label);
        if (labels == null || place == null)
            throw new IllegalArgumentException("the row of line " + line + " has a label that the shard does not know");
        labels.putInt(place);
        write(new TokenRow(rowIds, new boolean[rowIds.length], line));
        trainedTokens++;
    }

    public void add(int[] rowIds, boolean[] rowTrained, long line) throws IOException {
        add(new TokenRow(rowIds, rowTrained, line));
    }

    public void add(TokenRow row) throws IOException {
        if (labels != null) throw new IllegalArgumentException("the row of line " + row.line() + " has no label");
        write(row);
    }

    private void write(TokenRow row) throws IOException {
        for (int id : row.ids())
            if (id < 0) throw new IllegalArgumentException("the row of line " + row.line() + " has token " + id);
        boolean whole = false;
        try {
            for (int id : row.ids()) ids.putInt(id);
            for (int t = 0; t < row.trained().length; t++) {
                trained.putByte(row.trained()[t] ? 1 : 0);
                if (t > 0 && row.trained()[t]) trainedTokens++;
            }
            rows++;
            tokens += row.ids().length;
            offsets.putLong(tokens);
            lines.putLong(row.line());
            whole = true;
        } finally {
            broken |= !whole;
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

    /// Drops what was written; the shard's name stays as it was.
    public void abandon() throws IOException {
        broken = true;
        close();
    }

    @Override
    public void close() throws IOException {
        if (closed) return;
        closed = true;
        try (offsets;
                lines;
                ids;
                trained;
                labels) {
            if (broken) return;
            List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
            tensors.add(offsets.tensor(DType.I64, rows + 1));
            tensors.add(lines.tensor(DType.I64, rows));
            tensors.add(ids.tensor(DType.I32, tokens));
            tensors.add(trained.tensor(DType.U8, tokens));
            if (labels != null) tensors.add(labels.tensor(DType.I32, rows));
            SafetensorsWriter.write(file, metadata, tensors);
        }
    }

    /// One growing column in its own file.
    private static final class Column implements AutoCloseable {
        private final String name;
        private final Path file;
        private final DataOutputStream out;

        Column(Path shard, String name) throws IOException {
            this.name = name;
            this.file = shard.resolveSibling(shard.getFileName() + "." + name + ".part");
            this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        }

        void putLong(long value) throws IOException {
            out.writeLong(Long.reverseBytes(value));
        }

        void putInt(int value) throws IOException {
            out.writeInt(Integer.reverseBytes(value));
        }

        void putByte(int value) throws IOException {
            out.writeByte(value);
        }

        SafetensorsWriter.Tensor tensor(DType dtype, long length) {
            return SafetensorsWriter.Tensor.of(name, dtype, new long[] {length}, this::copyTo);
        }

        private void copyTo(WritableByteChannel target) throws IOException {
            out.flush();
            try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
                long size = source.size();
                for (long at = 0; at < size; ) at += source.transferTo(at, size - at, target);
            }
        }

        @Override
        public void close() throws IOException {
            try (out) {
                Files.deleteIfExists(file);
            }
        }
    }
}
