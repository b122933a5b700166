package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Blocks of 64 values as NF4: a value's code is how many boundaries lie below it, counted in all lanes at once.
/// Not to be named before [VectorLauncher#isHere] was asked: the class does not load without the Vector API.
///
/// @param boundaries between the codes, rising (15)
@SuppressWarnings("ArrayRecordComponent") // a table, never compared
public record Nf4Codes(float[] boundaries) {

    private static final int BLOCK = 64;

    /// Values that are counted at once: a boundary is loaded for all of them, and no count waits for another. A block
    /// is a multiple, as long as a vector has 512 bits at most.
    private static final int FOUR = 4 * COUNT;

    /// Two codes a byte, the first in the high half.
    ///
    /// @param inverse 1 / absmax, finite
    /// @param codes scratch memory (64)
    public void block(float[] values, int from, float inverse, byte[] packed, int packedFrom, int[] codes) {
        FloatVector factor = all(inverse);
        for (int i = 0; i < BLOCK; i += FOUR) {
            FloatVector x0 = at(values, from + i).mul(factor);
            FloatVector x1 = at(values, from + i + COUNT).mul(factor);
            FloatVector x2 = at(values, from + i + 2 * COUNT).mul(factor);
            FloatVector x3 = at(values, from + i + 3 * COUNT).mul(factor);
            IntVector below0 = IntVector.zero(Lanes.INTS);
            IntVector below1 = below0;
            IntVector below2 = below0;
            IntVector below3 = below0;
            for (float boundary : boundaries) {
                FloatVector b = all(boundary);
                below0 = below0.add(1, x0.compare(VectorOperators.GT, b).cast(Lanes.INTS));
                below1 = below1.add(1, x1.compare(VectorOperators.GT, b).cast(Lanes.INTS));
                below2 = below2.add(1, x2.compare(VectorOperators.GT, b).cast(Lanes.INTS));
                below3 = below3.add(1, x3.compare(VectorOperators.GT, b).cast(Lanes.INTS));
            }
            below0.intoArray(codes, i);
            below1.intoArray(codes, i + COUNT);
            below2.intoArray(codes, i + 2 * COUNT);
            below3.intoArray(codes, i + 3 * COUNT);
        }
        for (int i = 0; i < BLOCK; i += 2) packed[packedFrom + i / 2] = (byte) (codes[i] << 4 | codes[i + 1]);
    }

    /// The largest magnitude: without their sign, the bits of numbers are in the numbers' order.
    public static float largest(float[] values, int from) {
        IntVector most = IntVector.zero(Lanes.INTS);
        for (int i = 0; i < BLOCK; i += COUNT)
            most = most.max(at(values, from + i).reinterpretAsInts().and(Integer.MAX_VALUE));
        return Float.intBitsToFloat(most.reduceLanes(VectorOperators.MAX));
    }
}
