package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.text.bpe.BpeFile;

/// Added tokens with every flag, on the base the project ships and on made-up neighbours of it.
final class AddedTokenTwinsTest {

    private static final Path TINY =
            Path.of(System.getProperty("tunedrop.root"), "models", "tunedrop-tiny", "tokenizer.json");
    private static final List<String> AROUND = List.of(
            "", " ", "  ", "\n", "\u00a0", "\u3000", "a", "_", "é", "-", "the", "<", ">", "left", "<left>", "1");

    @TempDir
    Path folder;

    /// Plain added tokens, each with one flag, and two that begin alike.
    private Path withAdded(String normalizer) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = (ObjectNode) json.readTree(TINY.toFile());
        if (!normalizer.isEmpty()) file.set("normalizer", json.readTree(normalizer));
        ArrayNode added = (ArrayNode) file.path("added_tokens");
        int id = 0;
        for (var token : added) id = Math.max(id, token.path("id").asInt());
        id = Math.max(id + 1, file.path("model").path("vocab").size());
        for (String[] token : new String[][] {
            {"<left>", "lstrip"},
            {"<right>", "rstrip"},
            {"<word>", "single_word"},
            {"word", "single_word"},
            {"<norme\u0301>", "normalized"},
            {"<plain>", ""},
            {"<plain><plain>", ""},
            {"<|both|>", "lstrip rstrip"}
        })
            added.addObject()
                    .put("id", id++)
                    .put("content", token[0])
                    .put("single_word", token[1].contains("single_word"))
                    .put("lstrip", token[1].contains("lstrip"))
                    .put("rstrip", token[1].contains("rstrip"))
                    .put("normalized", token[1].contains("normalized"))
                    .put("special", false);
        Path written = folder.resolve("tokenizer.json");
        json.writeValue(written.toFile(), file);
        return written;
    }

    @Test
    void addedTokensAreFoundAsTheLibraryFindsThem() throws IOException {
        for (String normalizer : List.of("", "{\"type\":\"NFC\"}")) {
            try (TwinTokenizers twins = TwinTokenizers.load(withAdded(normalizer))) {
                List<String> tokens = List.of(
                        "<left>", "<right>", "<word>", "word", "<norme\u0301>", "<normé>", "<plain>", "<plain><plain>");
                assertThat(twins.own().encode("<plain>", Map.of(), Set.of()).ids())
                        .as("the fixture's tokens are found at all")
                        .hasSize(1);
                for (String token : tokens)
                    for (String before : AROUND) for (String after : AROUND) twins.agreeOn(before + token + after);
                Random random = new Random(5);
                for (int i = 0; i < 2000; i++) {
                    StringBuilder text = new StringBuilder();
                    for (int p = random.nextInt(9); p >= 0; p--)
                        text.append((random.nextBoolean() ? tokens : AROUND).get(random.nextInt(8)));
                    twins.agreeOn(text.toString());
                }
            }
        }
    }

    @Test
    void aControlTokenTakesItsBlanksAlong() throws IOException {
        try (TwinTokenizers twins = TwinTokenizers.load(withAdded(""))) {
            Random random = new Random(6);
            for (int i = 0; i < 500; i++) {
                StringBuilder text = new StringBuilder();
                Map<Integer, String> controls = new TreeMap<>();
                for (int p = random.nextInt(6); p >= 0; p--) {
                    text.append(AROUND.get(random.nextInt(AROUND.size())));
                    controls.put(text.length(), "<|both|>");
                    text.append("<|both|>").append(AROUND.get(random.nextInt(AROUND.size())));
                }
                twins.agreeOn(text.toString(), controls, Set.of());
            }
        }
    }

    @Test
    void whatIsNotKnownIsLeftToTheLibrary() throws IOException {
        Path other = withAdded("{\"type\":\"Lowercase\"}");
        assertThatThrownBy(() -> BpeFile.read(other, TokenizerFile.read(other).added()))
                .isInstanceOf(BpeFile.Unknown.class)
                .hasMessageContaining("normalizer");
        try (PlainTokenizer loaded = PlainTokenizer.load(other)) {
            assertThat(loaded).isInstanceOf(LibraryTokenizer.class);
        }
        try (PlainTokenizer loaded = PlainTokenizer.load(TINY)) {
            assertThat(loaded).isInstanceOf(OwnTokenizer.class);
        }
    }
}
