package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Our own byte-pair encoding beside the library, on everything at hand: ids, positions, and the text back.
///
/// `-Dtunedrop.fuzz=N` makes N random strings for each tokenizer instead of the few that continuous integration can
/// afford, and takes every line of the files; `-Dtunedrop.twins=NAME` takes one tokenizer.
final class TokenizerTwinsTest {

    private static final int FUZZ = Integer.getInteger("tunedrop.fuzz", 1_500);
    private static final String ONLY = System.getProperty("tunedrop.twins", "");
    private static final int EVERY = FUZZ > 50_000 ? 1 : 40;

    private static final Path TINY = Path.of(System.getProperty("tunedrop.root"), "models", "tunedrop-tiny");

    private static List<Path> tokenizers() {
        Path data = SharedData.root();
        return List.of(
                data.resolve("tokenizers/llama3_2"),
                data.resolve("tokenizers/qwen2_5"),
                data.resolve("tokenizers/mistral_nemo"),
                data.resolve("tokenizers/gemma2"),
                data.resolve("models/stories260k-hf"),
                data.resolve("models/synthetic-tiny-bloom"),
                TINY);
    }

    @TestFactory
    Stream<DynamicTest> everyTokenizer() {
        return tokenizers().stream()
                .filter(folder -> ONLY.isEmpty() || folder.endsWith(ONLY))
                .map(folder -> DynamicTest.dynamicTest(
                        folder.getFileName().toString(), () -> agree(folder.resolve("tokenizer.json"))));
    }

    /// The tokenizers of Mistral 7B (from its third version on) and of Llama 2's newer files: a vocabulary of
    /// characters below `Metaspace`. A small real vocabulary under every form of it, a large one under Mistral's.
    @TestFactory
    Stream<DynamicTest> everyFormOfMetaspace(@TempDir Path folder) {
        String mistral = "\"prepend_scheme\": \"first\", \"split\": false";
        Stream<String> forms = Stream.of(
                mistral,
                "\"prepend_scheme\": \"always\", \"split\": true",
                "\"prepend_scheme\": \"never\", \"split\": false",
                "\"prepend_scheme\": \"first\", \"split\": true",
                "\"add_prefix_space\": true");
        return Stream.concat(
                        Stream.of(under(folder, "tokenizers/gemma2", mistral)),
                        forms.map(form -> under(folder, "models/stories260k-hf", form)))
                .filter(test -> ONLY.isEmpty() || test.getDisplayName().contains(ONLY));
    }

    private static DynamicTest under(Path folder, String name, String form) {
        return DynamicTest.dynamicTest(name + " " + form, () -> {
            Path file = metaspace(folder, name, form);
            agree(file);
            besideControls(file);
        });
    }

    /// What stands before a text decides whether it gets a mark: nothing, a control token, or a cut.
    private static void besideControls(Path file) throws IOException {
        try (TwinTokenizers twins = TwinTokenizers.load(file)) {
            String control = twins.own().controlIds().keySet().stream()
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            RandomText random = new RandomText(7);
            for (int i = 0; i < FUZZ / 5; i++) {
                String text = random.next();
                int middle = random.boundaryIn(text);
                String around = control + text.substring(0, middle) + control + text.substring(middle);
                twins.agreeOn(around, Map.of(0, control, control.length() + middle, control), Set.of());
                twins.agreeOn(around, Map.of(control.length() + middle, control), Set.of(0, control.length()));
            }
        }
    }

    private static Path metaspace(Path folder, String name, String form) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = (ObjectNode) json.readTree(
                SharedData.root().resolve(name).resolve("tokenizer.json").toFile());
        file.putNull("normalizer");
        file.set(
                "pre_tokenizer",
                json.readTree("{\"type\": \"Metaspace\", \"replacement\": \"▁\", %s}".formatted(form)));
        file.set("decoder", json.readTree("""
                {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                 {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
                """));
        ObjectNode ordered = json.createObjectNode(); // the vocabulary comes last, as the library writes it
        file.properties().forEach(part -> {
            if (!part.getKey().equals("model")) ordered.set(part.getKey(), part.getValue());
        });
        ordered.set("model", file.path("model"));
        Path written = folder.resolve(name.replace('/', '-') + Integer.toHexString(form.hashCode()) + ".json");
        json.writeValue(written.toFile(), ordered);
        return written;
    }

    /// Each mark and each composed character, taken apart and among marks of other classes.
    @Test
    void everyMarkComposesAsTheLibraryComposesIt() throws IOException {
        Path qwen = SharedData.root().resolve("tokenizers/qwen2_5/tokenizer.json");
        try (TwinTokenizers twins = TwinTokenizers.load(qwen)) {
            int seen = 0;
            for (int point = 0x300; point <= Character.MAX_CODE_POINT; point++) {
                if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) continue;
                String character = Character.toString(point);
                String apart = Normalizer.normalize(character, Normalizer.Form.NFD);
                boolean hangul = point >= 0xac00 && point <= 0xd7a3 && point % 97 != 0;
                if ((apart.equals(character) && !mark(point)) || hangul) continue;
                seen++;
                twins.agreeOn(apart + "x" + character + "\u0301\u0327" + apart + "\u0345\u0327" + character);
            }
            assertThat(seen).isGreaterThan(3000);
        }
    }

    private static boolean mark(int point) {
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }

    private static void agree(Path file) throws IOException {
        try (TwinTokenizers twins = TwinTokenizers.load(file)) {
            for (String text : List.of("", " ", "a", "\n", "a".repeat(5000), " a".repeat(3000), "日本".repeat(2000)))
                twins.agreeOn(text);
            for (JsonNode naughty : new ObjectMapper()
                    .readTree(SharedData.root().resolve("malformed/blns.json").toFile()))
                twins.agreeOn(naughty.asText());
            int lines = 0;
            for (Path dataset : datasets()) lines += file(twins, dataset);
            assertThat(lines).isGreaterThan(10);
            RandomText random = new RandomText(20260801);
            for (int i = 0; i < FUZZ; i++) {
                String text = random.next();
                twins.agreeOn(text);
                twins.agreeOn(text, Map.of(), Set.of(random.boundaryIn(text)));
            }
        }
    }

    private static List<Path> datasets() throws IOException {
        try (Stream<Path> files = Files.list(SharedData.root().resolve("datasets"))) {
            return files.filter(file -> !file.toString().endsWith(".gz"))
                    .sorted()
                    .toList();
        }
    }

    /// A JSON array lies on few lines; it is taken in pieces.
    private static int file(TwinTokenizers twins, Path file) throws IOException {
        String text = Files.readString(file);
        int pieces = 0;
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at) + 1;
            if (end == 0 || end - at > 4096) end = Math.min(text.length(), at + 4096);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) end--;
            if (pieces++ % EVERY == 0) twins.agreeOn(text.substring(at, end));
            at = end;
        }
        return pieces;
    }
}
