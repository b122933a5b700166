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
    private static final int AT_ONCE = 4;
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
        words.groups(groups);
        short[] signature = new short[PLACES];
        for (int k = 0; k < PLACES; k += AT_ONCE) places(groups, k, signature);
        return signature;
    }

    /// The minima of several functions over all groups: a loop that runs many numbers wide.
    private static void places(int[] groups, int k, short[] signature) {
        int a = Integer.MAX_VALUE;
        int b = Integer.MAX_VALUE;
        int c = Integer.MAX_VALUE;
        int d = Integer.MAX_VALUE;
        int factorA = FACTORS[k];
        int factorB = FACTORS[k + 1];
        int factorC = FACTORS[k + 2];
        int factorD = FACTORS[k + 3];
        int termA = TERMS[k];
        int termB = TERMS[k + 1];
        int termC = TERMS[k + 2];
        int termD = TERMS[k + 3];
        for (int group : groups) {
            a = Math.min(a, group * factorA + termA);
            b = Math.min(b, group * factorB + termB);
            c = Math.min(c, group * factorC + termC);
            d = Math.min(d, group * factorD + termD);
        }
        signature[k] = kept(a);
        signature[k + 1] = kept(b);
        signature[k + 2] = kept(c);
        signature[k + 3] = kept(d);
    }

    private static short kept(int least) {
        return (short) (Words.mix(least) >>> 48);
    }
}
