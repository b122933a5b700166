package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Map;
import java.util.Set;

import dev.tunedrop.text.bpe.BpeFile;

/// The same tokenizer twice: our own encoding, and the library's.
record TwinTokenizers(OwnTokenizer own, LibraryTokenizer library) implements AutoCloseable {

    static TwinTokenizers load(Path file) throws IOException {
        TokenizerFile source = TokenizerFile.read(file);
        try {
            return new TwinTokenizers(
                    new OwnTokenizer(BpeFile.read(file, source.added()), source), LibraryTokenizer.load(file));
        } catch (BpeFile.Unknown e) {
            throw new AssertionError(file + " is left to the library: " + e.getMessage(), e);
        }
    }

    void agreeOn(String text) {
        agreeOn(text, Map.of(), Set.of());
    }

    void agreeOn(String text, Map<Integer, String> controls, Set<Integer> cuts) {
        Pieces ours = own.encode(text, controls, cuts);
        Pieces theirs = library.encode(text, controls, cuts);
        assertThat(ours.ids())
                .as(() -> "ids of " + escaped(text) + " " + controls + " " + cuts)
                .isEqualTo(theirs.ids());
        if (Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            assertThat(ours.starts()).as(() -> "starts in " + escaped(text)).isEqualTo(theirs.starts());
            assertThat(ours.ends()).as(() -> "ends in " + escaped(text)).isEqualTo(theirs.ends());
        }
        assertThat(own.decodeAll(ours.ids()))
                .as(() -> "text of " + escaped(text))
                .isEqualTo(library.decodeAll(ours.ids()));
    }

    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        String shown = text.length() > 300 ? text.substring(0, 300) : text;
        shown.chars()
                .forEach(c -> out.append(c >= 0x20 && c < 0x7f ? String.valueOf((char) c) : "\\u%04x".formatted(c)));
        return out.toString();
    }

    @Override
    public void close() {
        library.close();
    }
}
