package dev.tunedrop.text.bpe;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/// From ids back to text, as the `decoder` of a `tokenizer.json` says. Ids without a token are left out.
sealed interface TokenText {

    String of(int[] ids);

    /// `ByteLevel`: tokens are bytes, put together and read as UTF-8; what is not UTF-8 becomes U+FFFD.
    record OfBytes(TokenTable tokens) implements TokenText {
        @Override
        public String of(int[] ids) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length * 4);
            for (int id : ids) if (tokens.has(id)) bytes.writeBytes(tokens.bytes(id));
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /// `Replace`, `ByteFallback`, `Fuse` and, in some, `Strip`: blanks instead of `▁`; a run of byte tokens is read as
    /// UTF-8 as a whole, or is one U+FFFD for each byte.
    ///
    /// @param stripsFirstBlank one blank at the very start is left out
    record OfCharacters(TokenTable tokens, boolean stripsFirstBlank) implements TokenText {

        private static final int BYTE_TOKEN_LENGTH = 6;

        @Override
        public String of(int[] ids) {
            StringBuilder text = new StringBuilder(ids.length * 4);
            ByteArrayOutputStream run = new ByteArrayOutputStream();
            for (int id : ids) {
                if (!tokens.has(id)) continue;
                String token = new String(tokens.bytes(id), StandardCharsets.UTF_8);
                int value = byteValue(token);
                if (value >= 0) {
                    run.write(value);
                    continue;
                }
                flush(run, text);
                text.append(token.replace('▁', ' '));
            }
            flush(run, text);
            return stripsFirstBlank && !text.isEmpty() && text.charAt(0) == ' ' ? text.substring(1) : text.toString();
        }

        private static int byteValue(String token) {
            boolean looksLikeOne =
                    token.length() == BYTE_TOKEN_LENGTH && token.startsWith("<0x") && token.endsWith(">");
            if (!looksLikeOne) return -1;
            int high = Character.digit(token.charAt(3), 16);
            int low = Character.digit(token.charAt(4), 16);
            return high < 0 || low < 0 ? -1 : (high << 4) | low;
        }

        private static void flush(ByteArrayOutputStream run, StringBuilder text) {
            if (run.size() == 0) return;
            String read = utf8(run.toByteArray());
            text.append(read == null ? "\uFFFD".repeat(run.size()) : read);
            run.reset();
        }

        private static @Nullable String utf8(byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                return null;
            }
        }
    }
}
