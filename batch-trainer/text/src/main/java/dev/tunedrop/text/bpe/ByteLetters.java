package dev.tunedrop.text.bpe;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/// GPT-2's way of writing bytes as letters: those that can be seen stand for themselves, the others for the letters
/// from U+0100 on, in order.
final class ByteLetters {

    private static final int LETTERS = 0x100 + 68;
    private static final int NO_BYTE = -1;
    private static final int[] BYTES = bytes();

    private ByteLetters() {}

    private static int[] bytes() {
        int[] bytes = new int[LETTERS];
        Arrays.fill(bytes, NO_BYTE);
        int hidden = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean seen = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
            bytes[seen ? b : hidden++] = b;
        }
        return bytes;
    }

    /// The bytes of a token, or null where a character of it stands for none.
    static byte @Nullable [] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char letter = token.charAt(i);
            int value = letter < LETTERS ? BYTES[letter] : NO_BYTE;
            if (value == NO_BYTE) return null;
            bytes[i] = (byte) value;
        }
        return bytes;
    }
}
