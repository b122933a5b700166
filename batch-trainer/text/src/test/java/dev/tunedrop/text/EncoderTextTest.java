package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.json.Json;

/// Texts as an encoder with a WordPiece tokenizer reads them.
class EncoderTextTest {

    private static final int CLS = 2;
    private static final int SEP = 3;

    @TempDir
    Path folder;

    private static Path bert() {
        return SharedData.root().resolve("models/synthetic-tiny-bert");
    }

    @Test
    void textsHaveTheIdsThatTheGoldenWasMadeWith() throws IOException {
        try (BaseText text = BaseText.load(bert());
                Safetensors golden = Safetensors.open(bert().resolve("golden.safetensors"))) {
            String[] texts = Json.mapper()
                    .convertValue(
                            Json.tree(Files.readAllBytes(bert().resolve("golden.json")), "golden.json")
                                    .path("texts"),
                            String[].class);
            var ids = golden.bytes("input_ids");
            for (int row = 0; row < texts.length; row++) {
                int[] whole = text.textIds(texts[row], 256);
                int[] ours = Arrays.copyOf(whole, Math.min(whole.length, 96)); // the golden's rows end there
                int[] theirs = new int[ours.length];
                for (int t = 0; t < ours.length; t++)
                    theirs[t] = (int) ids.get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, 8L * (row * 96L + t));
                assertThat(ours).isEqualTo(theirs);
                assertThat(whole).endsWith(SEP);
            }
        }
    }

    @Test
    void aTextThatSpellsASeparatorIsJustAText() {
        try (BaseText text = BaseText.load(bert())) {
            int[] ids = text.textIds("one [SEP] two", 96);
            assertThat(Arrays.stream(ids).filter(id -> id == SEP)).hasSize(1);
            assertThat(ids).startsWith(CLS).endsWith(SEP);
        }
    }

    @Test
    void aTextThatIsTooLongLosesItsEndAndKeepsItsSeparator() {
        try (BaseText text = BaseText.load(bert())) {
            int[] whole = text.textIds("But soft, what light through yonder window breaks?", 96);
            int[] cut = text.textIds("But soft, what light through yonder window breaks?", 7);
            assertThat(cut).hasSize(7).startsWith(Arrays.copyOf(whole, 6)).endsWith(SEP);
            assertThat(text.textIds("word ".repeat(500), 2048)).hasSize(256); // the model's own positions
            assertThatThrownBy(() -> text.textIds("x", 1))
                    .isInstanceOf(TextException.class)
                    .hasMessageContaining("no room for the 2 tokens");
        }
    }

    @Test
    void theOlderPostProcessorPutsTheSameAround() throws IOException {
        String file = Files.readString(bert().resolve("tokenizer.json"));
        var tree =
                (com.fasterxml.jackson.databind.node.ObjectNode) Json.mapper().readTree(file);
        tree.set("post_processor", Json.mapper().readTree("""
                {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"""));
        Files.write(folder.resolve("tokenizer.json"), Json.bytes(tree));
        try (BaseText modern = BaseText.load(bert());
                BaseText older = BaseText.load(folder)) {
            assertThat(older.textIds("yonder window", 96)).isEqualTo(modern.textIds("yonder window", 96));
        }
    }
}
