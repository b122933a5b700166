package dev.tunedrop.events.artefact;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/// Looks for a NaN or an infinity: in the IEEE formats and in bf16, an exponent of all ones.
final class FiniteScan {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FiniteScan() {}

    static OptionalLong first(DType dtype, MemorySegment bytes) {
        return switch (dtype) {
            case F64 -> inLongs(bytes, 0x7ff0_0000_0000_0000L);
            case F32 -> inInts(bytes, 0x7f80_0000);
            case BF16 -> inShorts(bytes, 0x7f80);
            case F16 -> inShorts(bytes, 0x7c00);
            case F8_E5M2 -> inBytes(bytes, 0x7c);
            case F8_E4M3 -> inBytes(bytes, 0x7f); // no infinities; NaN is all ones below the sign
            case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> OptionalLong.empty();
        };
    }

    private static OptionalLong inLongs(MemorySegment bytes, long mask) {
        for (long at = 0; at < bytes.byteSize(); at += 8)
            if ((bytes.get(LONG, at) & mask) == mask) return OptionalLong.of(at / 8);
        return OptionalLong.empty();
    }

    private static OptionalLong inInts(MemorySegment bytes, int mask) {
        for (long at = 0; at < bytes.byteSize(); at += 4)
            if ((bytes.get(INT, at) & mask) == mask) return OptionalLong.of(at / 4);
        return OptionalLong.empty();
    }

    private static OptionalLong inShorts(MemorySegment bytes, int mask) {
        for (long at = 0; at < bytes.byteSize(); at += 2)
            if ((bytes.get(SHORT, at) & mask) == mask) return OptionalLong.of(at / 2);
        return OptionalLong.empty();
    }

    private static OptionalLong inBytes(MemorySegment bytes, int mask) {
        for (long at = 0; at < bytes.byteSize(); at++)
            if ((bytes.get(ValueLayout.JAVA_BYTE, at) & mask) == mask) return OptionalLong.of(at);
        return OptionalLong.empty();
    }
}
