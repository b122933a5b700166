package dev.tunedrop.events.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FiniteScanTest {

    /// The largest finite value of a type, of either sign, and the least that is not.
    @ParameterizedTest
    @CsvSource({"BF16, 7f7f, ff80", "F16, 7bff, fc00", "F8_E5M2, 7b, fc", "F8_E4M3, 7e, ff", "F32, 7f7fffff, ff800000"})
    void theFirstValueThatIsNotFiniteIsFoundWhereverItLies(DType type, String finite, String not) {
        int size = type.bytes();
        for (int count : new int[] {1, 3, 8, 9, 3000}) {
            for (int place : new int[] {0, count / 2, count - 1}) {
                MemorySegment bytes = MemorySegment.ofArray(new byte[count * size]);
                for (int i = 0; i < count; i++) put(bytes, i, size, Long.parseLong(finite, 16));
                assertThat(FiniteScan.first(type, bytes)).isEmpty();
                put(bytes, count - 1, size, Long.parseLong(not, 16));
                put(bytes, place, size, Long.parseLong(not, 16));
                assertThat(FiniteScan.first(type, bytes)).isEqualTo(OptionalLong.of(place));
            }
        }
    }

    @Test
    void everyPatternOf16BitsIsJudgedByItsExponent() {
        MemorySegment one = MemorySegment.ofArray(new byte[2]);
        for (int bits = 0; bits < 1 << 16; bits++) {
            put(one, 0, 2, bits);
            boolean finite = Float.isFinite(Float.intBitsToFloat(bits << 16));
            assertThat(FiniteScan.first(DType.BF16, one).isEmpty()).isEqualTo(finite);
            assertThat(FiniteScan.first(DType.F16, one).isEmpty())
                    .isEqualTo(Float.isFinite(Float.float16ToFloat((short) bits)));
        }
    }

    /// The first lies where its chunk ends, the others where theirs begin, so they are found before it.
    @Test
    void amongManyChunksTheFirstIsToldNotTheOneFoundFirst() {
        byte[] all = new byte[10_000_001 * Double.BYTES / 4];
        new Random(1).nextBytes(all);
        MemorySegment bytes = MemorySegment.ofArray(all).asSlice(0, all.length & -8L);
        long values = bytes.byteSize() / 8;
        for (long i = 0; i < values; i++) put(bytes, i, 8, Double.doubleToRawLongBits((double) i));
        assertThat(FiniteScan.first(DType.F64, bytes)).isEmpty();
        long chunk = (1 << 22) / 8;
        for (long place : new long[] {chunk - 1, chunk, 2 * chunk, 3 * chunk, 4 * chunk})
            put(bytes, place, 8, Double.doubleToRawLongBits(Double.NaN));
        for (int i = 0; i < 30; i++)
            assertThat(FiniteScan.first(DType.F64, bytes)).hasValue(chunk - 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"BOOL", "U8", "I16", "I32", "U64"})
    void wholeNumbersAreAlwaysFinite(DType type) {
        assertThat(FiniteScan.first(type, MemorySegment.ofArray(new long[] {-1, -1})))
                .isEmpty();
    }

    private static void put(MemorySegment bytes, long index, int size, long value) {
        for (int i = 0; i < size; i++)
            bytes.set(ValueLayout.JAVA_BYTE.withOrder(ByteOrder.nativeOrder()), index * size + i, (byte)
                    (value >>> (8 * i)));
    }
}
