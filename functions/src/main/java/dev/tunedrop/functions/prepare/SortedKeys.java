package dev.tunedrop.functions.prepare;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/// Keys of any number of rows, put in order without holding them: 24 bytes a row in a scratch file, which is mapped and
/// sorted where it lies. The heap sees none of it.
///
/// A key is the first 128 bits of a sum; rows with one key stand side by side, in the order they came in.
final class SortedKeys implements AutoCloseable {

    private static final int KEY_DIGITS = 32;
    private static final int FIELDS = 3;
    private static final int RECORD_BYTES = FIELDS * Long.BYTES;
    private static final long SMALL = 24;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Path file;
    private final DataOutputStream out;
    private final Arena arena = Arena.ofConfined();
    private final SplittableRandom random = new SplittableRandom(1);
    private MemorySegment records = MemorySegment.NULL;
    private long size;

    /// @param file to be made; removed by [#close()]
    SortedKeys(Path file) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), 1 << 16));
    }

    /// The next row's key, as hexadecimal digits.
    void add(String sum) throws IOException {
        out.writeLong(Long.parseUnsignedLong(sum, 0, KEY_DIGITS / 2, 16));
        out.writeLong(Long.parseUnsignedLong(sum, KEY_DIGITS / 2, KEY_DIGITS, 16));
        out.writeLong(size++);
    }

    long size() {
        return size;
    }

    /// Once, after the last [#add].
    void sort() throws IOException {
        out.close();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            records = channel.map(FileChannel.MapMode.READ_WRITE, 0, size * RECORD_BYTES, arena);
        }
        sort(0, size);
    }

    /// The row at a place of the order.
    long row(long place) {
        return field(place, FIELDS - 1);
    }

    /// The first place of a key, or -1.
    long find(long high, long low) {
        long from = 0;
        long to = size;
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (order(middle, high, low, -1) < 0) from = middle + 1;
            else to = middle;
        }
        return from < size && field(from, 0) == high && field(from, 1) == low ? from : -1;
    }

    /// The end of the run of equal keys that begins at a place.
    long endOfEqual(long place) {
        long end = place + 1;
        while (end < size && field(end, 0) == field(place, 0) && field(end, 1) == field(place, 1)) end++;
        return end;
    }

    /// Quicksort around random pivots, by keys as unsigned numbers and then by rows, so that no two records are equal.
    /// The smaller part is sorted first, so the stack stays flat.
    private void sort(long begin, long end) {
        long from = begin;
        long to = end;
        while (to - from > SMALL) {
            long split = partition(from, to);
            if (split - from < to - split) {
                sort(from, split);
                from = split;
            } else {
                sort(split, to);
                to = split;
            }
        }
        insert(from, to);
    }

    /// Hoare's: records before the answer are not above those from it on, and neither part is empty.
    private long partition(long from, long to) {
        long pivot = random.nextLong(from, to - 1);
        long high = field(pivot, 0);
        long low = field(pivot, 1);
        long row = field(pivot, 2);
        long left = from - 1;
        long right = to;
        while (true) {
            do left++;
            while (order(left, high, low, row) < 0);
            do right--;
            while (order(right, high, low, row) > 0);
            if (left >= right) return right + 1;
            swap(left, right);
        }
    }

    private void insert(long from, long to) {
        for (long i = from + 1; i < to; i++)
            for (long j = i; j > from && order(j - 1, field(j, 0), field(j, 1), field(j, 2)) > 0; j--) swap(j - 1, j);
    }

    private int order(long place, long high, long low, long row) {
        int order = Long.compareUnsigned(field(place, 0), high);
        if (order == 0) order = Long.compareUnsigned(field(place, 1), low);
        return order == 0 ? Long.compare(field(place, 2), row) : order;
    }

    private void swap(long one, long other) {
        for (int f = 0; f < FIELDS; f++) {
            long kept = field(one, f);
            records.set(LONG, one * RECORD_BYTES + (long) f * Long.BYTES, field(other, f));
            records.set(LONG, other * RECORD_BYTES + (long) f * Long.BYTES, kept);
        }
    }

    private long field(long place, int f) {
        return records.get(LONG, place * RECORD_BYTES + (long) f * Long.BYTES);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            arena.close();
            Files.deleteIfExists(file);
        }
    }
}
