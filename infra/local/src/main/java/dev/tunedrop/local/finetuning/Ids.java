package dev.tunedrop.local.finetuning;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

import dev.tunedrop.events.artefact.Sha256;

/// Ids as OpenAI writes them: a word for the kind, then what nobody guesses. Small letters and digits only, since a
/// job's id is also a dataset's and an endpoint's name.
final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LENGTH = 24;

    private Ids() {}

    /// A new one.
    static String fresh(String kind) {
        return kind + word(new BigInteger(128, RANDOM));
    }

    /// The same for the same words.
    static String of(String kind, String words) {
        return kind + word(new BigInteger(Sha256.of(words.getBytes(StandardCharsets.UTF_8)), 16));
    }

    private static String word(BigInteger number) {
        String digits = "0".repeat(LENGTH) + number.toString(36);
        return digits.substring(digits.length() - LENGTH);
    }
}
