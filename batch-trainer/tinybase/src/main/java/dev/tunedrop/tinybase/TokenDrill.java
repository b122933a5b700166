package dev.tunedrop.tinybase;

import java.util.Random;

/// Chats in which the assistant repeats what it was told: pieces of the vocabulary, drawn alike.
///
/// A small grammar never shows some pieces of its own vocabulary. What training never shows it only pushes away,
/// all such pieces in one direction, until nothing tells them apart and no fine-tune that leaves the embedding
/// frozen can say them. The drill shows every piece, as something read and as something said, and teaches copying
/// besides.
final class TokenDrill {

    private static final int SHORTEST = 3;
    private static final int LONGEST = 12;

    private final Random random;
    private final int vocabulary;

    TokenDrill(long seed, int vocabulary) {
        this.random = new Random(~seed);
        this.vocabulary = vocabulary;
    }

    /// Whether the next document is a drill: one in eight.
    boolean due() {
        return random.nextInt(8) == 0;
    }

    /// The ids of one chat.
    int[] next() {
        int words = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
        int[] ids = new int[2 * words + 5];
        ids[0] = control(BaseFiles.BEGIN);
        ids[1] = control("<|user|>");
        ids[words + 2] = control(BaseFiles.END);
        ids[words + 3] = control("<|assistant|>");
        ids[2 * words + 4] = control(BaseFiles.END);
        int first = BaseFiles.CONTROL.size();
        for (int i = 0; i < words; i++) {
            int piece = first + random.nextInt(vocabulary - first);
            ids[2 + i] = piece;
            ids[words + 4 + i] = piece;
        }
        return ids;
    }

    private static int control(String token) {
        return BaseFiles.CONTROL.indexOf(token);
    }
}
