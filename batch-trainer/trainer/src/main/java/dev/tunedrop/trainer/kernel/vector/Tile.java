package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

/// Products of matrices in fp32, a tile of eight rows and two vectors at a time: sixteen sums stay in registers, and
/// every loaded vector is used eight times. What is one vector wide at the right edge has tiles of that width.
final class Tile {

    /// Rows of a tile; numbers of rows are multiples of it.
    static final int ROWS = 8;

    /// Columns of a tile; numbers of columns are multiples of half of it.
    static final int COLUMNS = 2 * COUNT;

    private Tile() {}

    /// A factor of which single numbers are read.
    ///
    /// @param row distance from a row to the next
    /// @param step distance along the depth: 1, or `row` is 1 and the factor is read transposed
    @SuppressWarnings("ArrayRecordComponent") // one product's, never compared
    record Left(float[] numbers, int row, int step) {

        static Left of(float[] numbers, int width) {
            return new Left(numbers, width, 1);
        }

        static Left transposed(float[] numbers, int width) {
            return new Left(numbers, 1, width);
        }
    }

    /// c (N, M) += a (N, depth) b (depth, M).
    ///
    /// @param rows N, a multiple of [#ROWS]
    /// @param columns M, a multiple of a vector's length
    /// @param widthB distance from a row of b to the next
    /// @param widthC likewise
    static void addProduct(Left a, float[] b, int widthB, int depth, float[] c, int widthC, int rows, int columns) {
        int wide = columns / COLUMNS * COLUMNS;
        for (int column = 0; column < wide; column += COLUMNS)
            for (int row = 0; row < rows; row += ROWS)
                add(a.numbers, row * a.row, a.row, a.step, b, column, widthB, depth, c, row * widthC + column, widthC);
        if (wide < columns)
            for (int row = 0; row < rows; row += ROWS)
                addNarrow(
                        a.numbers, row * a.row, a.row, a.step, b, wide, widthB, depth, c, row * widthC + wide, widthC);
    }

    private static void add(
            float[] a,
            int fromA,
            int rowA,
            int stepA,
            float[] b,
            int fromB,
            int widthB,
            int depth,
            float[] c,
            int fromC,
            int widthC) {
        int r1 = fromC + widthC;
        int r2 = r1 + widthC;
        int r3 = r2 + widthC;
        int r4 = r3 + widthC;
        int r5 = r4 + widthC;
        int r6 = r5 + widthC;
        int r7 = r6 + widthC;
        FloatVector c00 = at(c, fromC);
        FloatVector c01 = at(c, fromC + COUNT);
        FloatVector c10 = at(c, r1);
        FloatVector c11 = at(c, r1 + COUNT);
        FloatVector c20 = at(c, r2);
        FloatVector c21 = at(c, r2 + COUNT);
        FloatVector c30 = at(c, r3);
        FloatVector c31 = at(c, r3 + COUNT);
        FloatVector c40 = at(c, r4);
        FloatVector c41 = at(c, r4 + COUNT);
        FloatVector c50 = at(c, r5);
        FloatVector c51 = at(c, r5 + COUNT);
        FloatVector c60 = at(c, r6);
        FloatVector c61 = at(c, r6 + COUNT);
        FloatVector c70 = at(c, r7);
        FloatVector c71 = at(c, r7 + COUNT);
        int here = fromA;
        int row = fromB;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = at(b, row);
            FloatVector b1 = at(b, row + COUNT);
            FloatVector x = all(a[here]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = all(a[here + rowA]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = all(a[here + 2 * rowA]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = all(a[here + 3 * rowA]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = all(a[here + 4 * rowA]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = all(a[here + 5 * rowA]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = all(a[here + 6 * rowA]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = all(a[here + 7 * rowA]);
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
            here += stepA;
            row += widthB;
        }
        c00.intoArray(c, fromC);
        c01.intoArray(c, fromC + COUNT);
        c10.intoArray(c, r1);
        c11.intoArray(c, r1 + COUNT);
        c20.intoArray(c, r2);
        c21.intoArray(c, r2 + COUNT);
        c30.intoArray(c, r3);
        c31.intoArray(c, r3 + COUNT);
        c40.intoArray(c, r4);
        c41.intoArray(c, r4 + COUNT);
        c50.intoArray(c, r5);
        c51.intoArray(c, r5 + COUNT);
        c60.intoArray(c, r6);
        c61.intoArray(c, r6 + COUNT);
        c70.intoArray(c, r7);
        c71.intoArray(c, r7 + COUNT);
    }

    private static void addNarrow(
            float[] a,
            int fromA,
            int rowA,
            int stepA,
            float[] b,
            int fromB,
            int widthB,
            int depth,
            float[] c,
            int fromC,
            int widthC) {
        int r1 = fromC + widthC;
        int r2 = r1 + widthC;
        int r3 = r2 + widthC;
        int r4 = r3 + widthC;
        int r5 = r4 + widthC;
        int r6 = r5 + widthC;
        int r7 = r6 + widthC;
        FloatVector c0 = at(c, fromC);
        FloatVector c1 = at(c, r1);
        FloatVector c2 = at(c, r2);
        FloatVector c3 = at(c, r3);
        FloatVector c4 = at(c, r4);
        FloatVector c5 = at(c, r5);
        FloatVector c6 = at(c, r6);
        FloatVector c7 = at(c, r7);
        int here = fromA;
        int row = fromB;
        for (int k = 0; k < depth; k++) {
            FloatVector x = at(b, row);
            c0 = x.fma(all(a[here]), c0);
            c1 = x.fma(all(a[here + rowA]), c1);
            c2 = x.fma(all(a[here + 2 * rowA]), c2);
            c3 = x.fma(all(a[here + 3 * rowA]), c3);
            c4 = x.fma(all(a[here + 4 * rowA]), c4);
            c5 = x.fma(all(a[here + 5 * rowA]), c5);
            c6 = x.fma(all(a[here + 6 * rowA]), c6);
            c7 = x.fma(all(a[here + 7 * rowA]), c7);
            here += stepA;
            row += widthB;
        }
        c0.intoArray(c, fromC);
        c1.intoArray(c, r1);
        c2.intoArray(c, r2);
        c3.intoArray(c, r3);
        c4.intoArray(c, r4);
        c5.intoArray(c, r5);
        c6.intoArray(c, r6);
        c7.intoArray(c, r7);
    }
}
