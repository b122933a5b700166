package dev.tunedrop.functions.checks.sketch;

import java.util.SplittableRandom;

/// Signatures whose share of equal places estimates how much two texts have in common.
///
/// A text is its set S of groups of [#GROUP] words that follow each other. For K random functions h, the signature
/// holds min h(S); for two texts the places agree with probability J = |S ∩ T| / |S ∪ T| each (Broder 1997). Of each
/// minimum 16 bits are kept, which adds 2⁻¹⁶ to that probability (Li and König 2010). With K = 64 the estimate's
/// standard deviation is √(J(1−J)/64), at most 0.0625.
final class MinHash {

    static final int PLACES = 64;
    static final int GROUP = 3;

    /// Texts of fewer words say too little to be compared.
    static final int FEWEST_WORDS = 12;

    private static final long SEED = 20261121;
    private static final int[] FACTORS = new int[PLACES];
    private static final int[] TERMS = new int[PLACES];

    static {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int k = 0; k < PLACES; k++) {
            FACTORS[k] = random.nextInt() | 1;
            TERMS[k] = random.nextInt();
        }
    }

    private MinHash() {}

    /// The signature of the first `count` words, of which there are at least [#GROUP].
    static short[] of(Words words, int count) {
        int[] groups = new int[count - GROUP + 1];
        for (int i = 0; i < groups.length; i++) groups[i] = (int) words.group(i, GROUP);
        short[] signature = new short[PLACES];
        for (int k = 0; k < PLACES; k++) signature[k] = (short) (Words.mix(least(groups, FACTORS[k], TERMS[k])) >>> 48);
        return signature;
    }

    /// One function's minimum over all groups: a loop that runs many numbers wide.
    private static int least(int[] groups, int factor, int term) {
        int least = Integer.MAX_VALUE;
        for (int group : groups) least = Math.min(least, group * factor + term);
        return least;
    }
}
