package dev.tunedrop.events.artefact;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/// Looks for a NaN or an infinity: in the IEEE formats and in bf16, an exponent of all ones.
///
/// Eight bytes at once, in parallel: of each value only the exponent is kept, and its lowest bit added. That carries
/// into the place of the sign when the exponent was all ones, and never further.
final class FiniteScan {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Bytes that one thread looks through before it takes others; a multiple of the piece.
    private static final int CHUNK = 1 << 22;

    /// Longs that are looked at together, in an array: that loop is compiled to vector instructions.
    private static final int PIECE = 1 << 10;

    private FiniteScan() {}

    static OptionalLong first(DType dtype, MemorySegment bytes) {
        return switch (dtype) {
            case F64 -> first(bytes, Double.BYTES, 0x7ff0_0000_0000_0000L);
            case F32 -> first(bytes, Float.BYTES, 0x7f80_0000L);
            case BF16 -> first(bytes, Short.BYTES, 0x7f80L);
            case F16 -> first(bytes, Short.BYTES, 0x7c00L);
            case F8_E5M2 -> first(bytes, Byte.BYTES, 0x7cL);
            case F8_E4M3 -> first(bytes, Byte.BYTES, 0x7fL); // no infinities; NaN is all ones below the sign
            case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> OptionalLong.empty();
        };
    }

    /// @param size bytes of a value
    /// @param exponent its bits
    private static OptionalLong first(MemorySegment bytes, int size, long exponent) {
        Pattern pattern = Pattern.of(size, exponent);
        long whole = bytes.byteSize() & -Long.BYTES;
        LongStream chunks = LongStream.range(0, Math.ceilDiv(whole, (long) CHUNK));
        OptionalLong found = (whole > CHUNK ? chunks.parallel() : chunks)
                .map(chunk -> pattern.place(bytes, chunk * CHUNK, Math.min(whole, (chunk + 1) * CHUNK)))
                .filter(place -> place >= 0)
                .findFirst();
        if (found.isPresent()) return found;
        long last = 0;
        for (int i = 0; whole + i < bytes.byteSize(); i++)
            last |= (bytes.get(ValueLayout.JAVA_BYTE, whole + i) & 0xFFL) << (8 * i);
        long at = pattern.bits(last);
        return at == 0 ? OptionalLong.empty() : OptionalLong.of(whole / size + pattern.index(at));
    }

    /// @param size bytes of a value
    /// @param exponents of every value of a long
    /// @param units the lowest bit of each of them
    /// @param signs where their sums carry into
    private record Pattern(int size, long exponents, long units, long signs) {

        static Pattern of(int size, long exponent) {
            long every = 0;
            for (int at = 0; at < Long.SIZE; at += 8 * size) every |= 1L << at;
            long unit = Long.lowestOneBit(exponent);
            return new Pattern(size, every * exponent, every * unit, every << (8 * size - 1));
        }

        /// A bit in each value that is not finite.
        long bits(long values) {
            return (values & exponents) + units & signs;
        }

        /// The value, counted from the first of the long, of the lowest bit.
        int index(long bits) {
            return Long.numberOfTrailingZeros(bits) / (8 * size);
        }

        /// The first value among the bytes `from` … `to` that is not finite, counted from the first of all; -1 when
        /// there is none.
        long place(MemorySegment bytes, long from, long to) {
            long[] values = new long[PIECE];
            for (long start = from; start < to; start += (long) PIECE * Long.BYTES) {
                int count = (int) Math.min(PIECE, (to - start) / Long.BYTES);
                MemorySegment.copy(bytes, LONG, start, values, 0, count);
                long any = 0;
                for (int i = 0; i < count; i++) any |= (values[i] & exponents) + units;
                if ((any & signs) == 0) continue;
                for (int i = 0; i < count; i++) {
                    long found = bits(values[i]);
                    if (found != 0) return (start + (long) i * Long.BYTES) / size + index(found);
                }
            }
            return -1;
        }
    }
}
