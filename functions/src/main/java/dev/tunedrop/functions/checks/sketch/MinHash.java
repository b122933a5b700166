package dev.tunedrop.functions.checks.sketch;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Signatures whose share of equal places estimates how much two texts have in common.
///
/// A text is its set S of groups of [#GROUP] words that follow each other. With one hash of each group, the group goes
/// to one of K places, and each place keeps its least hash: two texts with J = |S ∩ T| / |S ∪ T| agree in a place that
/// either has with probability J (Li, Owen and Zhang 2012). A text of few groups leaves places empty. Then its groups
/// go
/// round again with other hashes, which fill only what is empty, until there were K chances (Dahlgaard, Knudsen and
/// Thorup 2017); a place that is empty even so has what the next one has behind a point of its own (Shrivastava and Li
/// 2014).
/// Of each least hash 16 bits are kept, which adds 2⁻¹⁶ to the probability (Li and König 2010). Belongs to one thread.
final class MinHash {

    static final int PLACES = 64;
    static final int GROUP = 3;

    /// Texts of fewer words say too little to be compared.
    static final int FEWEST_WORDS = 12;

    /// Room for the groups of longer texts is not kept.
    private static final int KEPT = 1 << 15;

    private static final long EMPTY = Long.MAX_VALUE;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    /// A hash's highest bits say its place, those behind them how small it is.
    private static final int TO_PLACE = Long.SIZE - Integer.numberOfTrailingZeros(PLACES);

    private static final int TO_SIZE = TO_PLACE - Integer.SIZE;

    /// Where an empty place begins to look for another.
    private static final int[] BEGIN =
            new SplittableRandom(PLACES).ints(PLACES, 0, PLACES).toArray();

    private final long[] least = new long[PLACES];
    private long[] groups = new long[1 << 8];

    /// The signature of the first `count` words, of which there are at least [#GROUP].
    short[] of(Words words, int count) {
        int size = count - GROUP + 1;
        long[] room = size <= groups.length ? groups : new long[Math.max(size, 2 * groups.length)];
        if (room.length <= KEPT) groups = room;
        words.groups(room, size);
        Arrays.fill(least, EMPTY);
        int rounds = Math.ceilDiv(PLACES, size);
        for (int round = 0; round < rounds; round++) once(room, size, round);
        return signature();
    }

    /// Hashes of an earlier round are less than those of a later one.
    private void once(long[] groups, int size, int round) {
        long turn = round * SPREAD;
        long before = (long) round << Integer.SIZE;
        for (int g = 0; g < size; g++) {
            long hash = round == 0 ? groups[g] : Words.mix(groups[g] + turn);
            int place = (int) (hash >>> TO_PLACE);
            least[place] = Math.min(least[place], before | ((hash >>> TO_SIZE) & 0xffffffffL));
        }
    }

    private short[] signature() {
        short[] signature = new short[PLACES];
        long filled = 0;
        for (int place = 0; place < PLACES; place++) {
            signature[place] = (short) least[place];
            filled |= ((least[place] - EMPTY) >>> (Long.SIZE - 1)) << place;
        }
        for (long empty = ~filled; empty != 0; empty &= empty - 1) {
            int place = Long.numberOfTrailingZeros(empty);
            int turns = Long.numberOfTrailingZeros(Long.rotateRight(filled, BEGIN[place]));
            signature[place] = signature[(BEGIN[place] + turns) & (PLACES - 1)];
        }
        return signature;
    }
}
