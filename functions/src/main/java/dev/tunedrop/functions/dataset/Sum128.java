package dev.tunedrop.functions.dataset;

/// A sum of 128 bits over several texts, one after the other: MurmurHash3 (Appleby 2011) in its variant x64_128 with
/// seed 0, whose state goes on from one text to the next. Of one text it is the published function's sum.
///
/// Equal texts have equal sums, different ones by chance in 2⁻¹²⁸ of the cases. It is no seal: two texts with one sum
/// can be made by who means to. Belongs to one thread.
public final class Sum128 {

    private static final long FIRST = 0x87c37b91114253d5L;
    private static final long SECOND = 0x4cf5ad432745937fL;
    private static final int BLOCK = 2 * Long.BYTES;

    private long a;
    private long b;

    /// Begins anew.
    public Sum128 clear() {
        a = 0;
        b = 0;
        return this;
    }

    /// Goes on with a text. Where it ends counts, so that two texts are not one.
    public Sum128 add(byte[] text) {
        long low = a;
        long high = b;
        int whole = text.length & -BLOCK;
        for (int i = 0; i < whole; i += BLOCK) {
            low ^= first(Octets.inside(text, i));
            low = (Long.rotateLeft(low, 27) + high) * 5 + 0x52dce729;
            high ^= second(Octets.inside(text, i + Long.BYTES));
            high = (Long.rotateLeft(high, 31) + low) * 5 + 0x38495ab5;
        }
        high ^= second(Octets.at(text, whole + Long.BYTES));
        low ^= first(Octets.at(text, whole));
        return end(low, high, text.length);
    }

    /// Goes on with a number, as if it were a text of its eight bytes.
    public Sum128 add(long number) {
        return end(a ^ first(number), b, Long.BYTES);
    }

    private static long first(long eight) {
        return Long.rotateLeft(eight * FIRST, 31) * SECOND;
    }

    private static long second(long eight) {
        return Long.rotateLeft(eight * SECOND, 33) * FIRST;
    }

    private Sum128 end(long low, long high, int bytes) {
        a = (low ^ bytes) + (high ^ bytes);
        b = a + (high ^ bytes);
        return this;
    }

    /// The first half of the sum of all that was added; more may follow.
    public long high() {
        return spread(a) + spread(b);
    }

    /// The second half.
    public long low() {
        return high() + spread(b);
    }

    private static long spread(long half) {
        long h = (half ^ (half >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
