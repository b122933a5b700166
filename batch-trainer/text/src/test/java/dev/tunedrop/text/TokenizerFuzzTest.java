package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.tunedrop.text.bpe.BpeFile;

/// Whatever the text and wherever it is cut, the base that the project ships makes of it tokens that say it again, and
/// that lie in it end to end.
class TokenizerFuzzTest {

    private static final Path FILE =
            Path.of(System.getProperty("tunedrop.root"), "models", "tunedrop-tiny", "tokenizer.json");
    private static final OwnTokenizer TOKENIZER = load();

    private static OwnTokenizer load() {
        try {
            TokenizerFile source = TokenizerFile.read(FILE);
            return new OwnTokenizer(BpeFile.read(FILE, source.added()), source);
        } catch (IOException | BpeFile.Unknown e) {
            throw new IllegalStateException(e);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void everyTextComesBack(FuzzedDataProvider data) {
        int cut = data.consumeInt(0, 40);
        String text = wellFormed(data.consumeRemainingAsString());
        Pieces whole = TOKENIZER.encode(text, Map.of(), Set.of());
        assertThat(TOKENIZER.decodeAll(whole.ids())).isEqualTo(text);
        if (cut > text.length() || (cut > 0 && cut < text.length() && Character.isLowSurrogate(text.charAt(cut))))
            return;
        Pieces pieces = TOKENIZER.encode(text, Map.of(), Set.of(cut));
        assertThat(TOKENIZER.decodeAll(pieces.ids())).isEqualTo(text);
        int at = 0;
        for (int t = 0; t < pieces.ids().length; t++) {
            assertThat(pieces.starts()[t]).isLessThanOrEqualTo(at);
            assertThat(pieces.ends()[t]).isBetween(at, text.length());
            assertThat(pieces.starts()[t] < cut && pieces.ends()[t] > cut)
                    .as("a token reaches across the cut")
                    .isFalse();
            at = pieces.ends()[t];
        }
        assertThat(at).isEqualTo(text.length());
    }

    /// Half a character is no text: UTF-8 has no bytes for it.
    private static String wellFormed(String text) {
        StringBuilder whole = new StringBuilder();
        text.codePoints()
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }
}
