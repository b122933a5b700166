package dev.tunedrop.trainer.data;

import java.util.Objects;

import dev.tunedrop.trainer.op.CounterRandom;

/// A seeded order of n things that is computed place by place and never stored.
///
/// A Feistel network over the next even number of bits, walked until it lands below n (Black and Rogaway: Ciphers with
/// Arbitrary Finite Domains, CT-RSA 2002). It is a bijection whatever its round function answers.
public final class Shuffle {

    private static final int ROUNDS = 6;

    private final long size;
    private final int halfBits;
    private final long mask;
    private final long[] keys = new long[ROUNDS];

    /// @param stream what is shuffled: an epoch's number, for example
    public Shuffle(long size, long seed, long stream) {
        if (size < 1) throw new IllegalArgumentException("cannot order " + size + " things");
        this.size = size;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
        halfBits = Math.max(1, (bits + 1) / 2);
        mask = (1L << halfBits) - 1;
        for (int round = 0; round < ROUNDS; round++) keys[round] = CounterRandom.bits(seed, stream, round);
    }

    /// What stands at a place.
    public long at(long place) {
        Objects.checkIndex(place, size);
        long value = place;
        do value = encrypt(value);
        while (value >= size);
        return value;
    }

    private long encrypt(long value) {
        long left = value >>> halfBits;
        long right = value & mask;
        for (long key : keys) {
            long next = left ^ (CounterRandom.bits(key, right) & mask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
