package dev.tunedrop.trainer.kernel.vector;

import java.util.Arrays;

/// Tokens of one head in fp32, from and to LibTorch's memory. Rows are a whole number of vectors wide, the rest is 0.
///
/// @param form of the attention
/// @param width D, padded
record HeadRows(RowAttention.Form form, int width) {

    static HeadRows of(RowAttention.Form form) {
        return new HeadRows(form, Lanes.padded(form.size()));
    }

    /// Keys of a block with what is filled up: the next multiple of a tile's columns, which is one of its rows too.
    static int columns(int count) {
        int step = Math.max(Tile.COLUMNS, Tile.ROWS);
        return Math.ceilDiv(count, step) * step;
    }

    /// Tokens `start` … of a head into the first rows; the rows up to `rows` become 0.
    ///
    /// @param heads of the array
    void read(long array, int start, int count, int head, int heads, float[] into, int rows) {
        for (int i = 0; i < count; i++)
            Lanes.read(form.bf16(), array + form.place(start + i, head, heads), into, i * width, form.size());
        Arrays.fill(into, count * width, rows * width, 0);
    }

    void write(float[] from, int count, long array, int start, int head, int heads) {
        for (int i = 0; i < count; i++)
            Lanes.write(form.bf16(), from, i * width, array + form.place(start + i, head, heads), form.size());
    }

    /// (rows, D) as (D, rows); what lies behind `count` becomes 0.
    ///
    /// @param length distance from a row of the result to the next
    void transpose(float[] from, int count, float[] into, int length) {
        for (int d = 0; d < form.size(); d++) {
            int to = d * length;
            for (int i = 0; i < count; i++) into[to + i] = from[i * width + d];
            Arrays.fill(into, to + count, to + length, 0);
        }
    }
}
