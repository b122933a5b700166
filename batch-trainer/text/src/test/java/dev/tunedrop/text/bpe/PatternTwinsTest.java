package dev.tunedrop.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The scanners beside regular expressions: the library's for the classes of every code point, Java's own for the
/// words.
final class PatternTwinsTest {

    private static final int BLOCK = 0x1000;
    private static final List<String> ALPHABET = List.of(
            "a", "b", "S", "T", "ſ", "é", "ǅ", "ʰ", "日", "\u0301", "'", "l", "e", "r", "v", "1", "½", " ", " ",
            "\u00a0", "\n", "\r", "\t", "/", "!", "_", "😀");

    @Test
    void everyCodePointHasTheClassTheLibraryGivesIt() throws IOException {
        same("\\p{L}", CharacterClasses.LETTER);
        same("\\p{N}", CharacterClasses.NUMBER);
        same("\\s", CharacterClasses.SPACE);
        same("[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]", CharacterClasses.UPPER);
        same("[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]", CharacterClasses.LOWER);
        same("[^\\s\\p{L}\\p{N}]", CharacterClasses.OTHER);
    }

    /// A tokenizer of single bytes that drops every character outside the class.
    private static void same(String regex, int kind) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = json.createObjectNode();
        file.put("version", "1.0");
        ObjectNode split = file.putObject("pre_tokenizer")
                .put("type", "Sequence")
                .putArray("pretokenizers")
                .addObject();
        split.put("type", "Split").put("behavior", "Removed").put("invert", false);
        split.putObject("pattern").put("Regex", "(?!" + regex + ")[\\s\\S]");
        file.withArray("/pre_tokenizer/pretokenizers")
                .addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
        ObjectNode vocab = file.putObject("model").put("type", "BPE").putObject("vocab");
        for (int letter = '!'; letter < 0x100 + 68; letter++)
            if (ByteLetters.bytes(String.valueOf((char) letter)) != null)
                vocab.put(String.valueOf((char) letter), vocab.size());
        file.withObject("/model").putArray("merges");
        file.putArray("added_tokens");
        try (HuggingFaceTokenizer library = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json.writeValueAsBytes(file)),
                Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"))) {
            for (int first = 0; first <= Character.MAX_CODE_POINT; first += BLOCK) block(library, regex, kind, first);
        }
    }

    private static void block(HuggingFaceTokenizer library, String regex, int kind, int first) {
        StringBuilder text = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int point = first; point < first + BLOCK; point++) {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) continue;
            text.appendCodePoint(point);
            if ((CharacterClasses.of(point) & kind) != 0) expected.appendCodePoint(point);
        }
        if (text.isEmpty()) return;
        Encoding encoding = library.encode(text.toString(), false, false);
        assertThat(encoding.getIds())
                .as("%s from U+%04X on", regex, first)
                .hasSize(expected.toString().getBytes(StandardCharsets.UTF_8).length);
        StringBuilder kept = new StringBuilder();
        int last = -1;
        int[] points = text.codePoints().toArray();
        for (var span : encoding.getCharTokenSpans())
            for (int p = Math.max(span.getStart(), last + 1); p < span.getEnd(); p++) {
                kept.appendCodePoint(points[p]);
                last = p;
            }
        assertThat(kept.toString()).as("%s from U+%04X on", regex, first).isEqualTo(expected.toString());
    }

    @TestFactory
    Stream<DynamicTest> everyKnownPattern() {
        return WordPattern.regexes().stream()
                .map(regex -> DynamicTest.dynamicTest(regex, () -> wordsAreTheExpressions(regex)));
    }

    private static void wordsAreTheExpressions(String regex) {
        PatternScanner scanner = new PatternScanner(WordPattern.of(regex).orElseThrow());
        Pattern pattern = Pattern.compile(regex.replace("(?i:", "(?iu:")
                .replace("\\s", "\\p{IsWhite_Space}")
                .replace("\\S", "\\P{IsWhite_Space}"));
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int p = random.nextInt(14); p >= 0; p--) text.append(ALPHABET.get(random.nextInt(ALPHABET.size())));
            assertThat(words(scanner, text.toString())).isEqualTo(words(pattern, text.toString()));
        }
    }

    private static List<String> words(PatternScanner scanner, String text) {
        byte[] bytes = (text + "\0".repeat(WordCache.READ_AHEAD)).getBytes(StandardCharsets.UTF_8);
        int limit = bytes.length - WordCache.READ_AHEAD;
        List<String> words = new ArrayList<>();
        for (int at = 0; at < limit; ) {
            int end = scanner.end(bytes, at, limit);
            words.add(new String(bytes, at, end - at, StandardCharsets.UTF_8));
            at = end;
        }
        return words;
    }

    private static List<String> words(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group()).toList();
    }
}
