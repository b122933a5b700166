package dev.tunedrop.text.bpe;

import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.text.bpe.BpeFile.Unknown;

/// What the parts of a `tokenizer.json` around its vocabulary may say to be known here.
final class Ingredients {

    private static final String MARK = "▁";
    private static final Set<String> MODEL_SETTINGS = Set.of(
            "type",
            "dropout",
            "unk_token",
            "continuing_subword_prefix",
            "end_of_word_suffix",
            "fuse_unk",
            "byte_fallback",
            "ignore_merges");

    private Ingredients() {}

    private static String type(JsonNode part) {
        return part.path("type").asText();
    }

    /// Whether words are cut by a pattern and spelt as bytes.
    static boolean byteLevel(JsonNode preTokenizer) {
        if (type(preTokenizer).equals("ByteLevel")) return true;
        for (JsonNode inner : preTokenizer.path("pretokenizers"))
            if (type(inner).equals("ByteLevel")) return true;
        return false;
    }

    /// Refuses models other than plain byte-pair encoding; answers `ignore_merges`.
    static boolean checkModel(Map<String, JsonNode> settings) throws Unknown {
        for (String name : settings.keySet())
            if (!MODEL_SETTINGS.contains(name)) throw new Unknown("the model's field " + name);
        JsonNode type = settings.get("type");
        if (type != null && !type.asText().equals("BPE")) throw new Unknown("a model of type " + type.asText());
        if (number(settings.get("dropout")) != 0) throw new Unknown("dropout");
        for (String affix : Set.of("continuing_subword_prefix", "end_of_word_suffix")) {
            JsonNode text = settings.get(affix);
            if (text != null && !text.isNull() && !text.asText().isEmpty()) throw new Unknown(affix);
        }
        JsonNode ignoreMerges = settings.get("ignore_merges");
        return ignoreMerges != null && ignoreMerges.asBoolean();
    }

    private static double number(@Nullable JsonNode node) {
        return node == null ? 0 : node.asDouble();
    }

    static Normalization normalization(JsonNode normalizer, boolean byteLevel) throws Unknown {
        if (byteLevel) {
            if (normalizer.isMissingNode()) return Normalization.NONE;
            if (type(normalizer).equals("NFC")) return Normalization.NFC;
        } else {
            if (normalizer.isMissingNode()) return Normalization.NONE;
            if (marksBlanks(normalizer)) return Normalization.BLANKS;
            JsonNode steps = normalizer.path("normalizers");
            boolean two = type(normalizer).equals("Sequence") && steps.size() == 2;
            if (two
                    && type(steps.get(0)).equals("Prepend")
                    && steps.get(0).path("prepend").asText().equals(MARK)
                    && marksBlanks(steps.get(1))) return Normalization.BLANKS_AND_PREFIX;
        }
        throw new Unknown("the normalizer");
    }

    private static boolean marksBlanks(JsonNode step) {
        return replaces(step, " ", MARK);
    }

    private static boolean replaces(JsonNode step, String what, String by) {
        return type(step).equals("Replace")
                && step.path("pattern").path("String").asText().equals(what)
                && step.path("content").asText().equals(by);
    }

    /// `ByteLevel` alone with its own pattern, or a `Split` by a known pattern and `ByteLevel` without one.
    static WordScanner words(JsonNode preTokenizer) throws Unknown {
        if (type(preTokenizer).equals("ByteLevel")) {
            plainBytes(preTokenizer, true);
            return scanner(WordPattern.gpt2());
        }
        JsonNode steps = preTokenizer.path("pretokenizers");
        if (steps.size() != 2
                || !type(steps.get(0)).equals("Split")
                || !type(steps.get(1)).equals("ByteLevel")) throw new Unknown("the pre-tokenizer");
        plainBytes(steps.get(1), false);
        JsonNode split = steps.get(0);
        if (!split.path("behavior").asText().equals("Isolated")
                || split.path("invert").asBoolean()) throw new Unknown("how the pre-tokenizer splits");
        return scanner(split.path("pattern").path("Regex").asText());
    }

    private static void plainBytes(JsonNode byteLevel, boolean pattern) throws Unknown {
        if (byteLevel.path("add_prefix_space").asBoolean(true)) throw new Unknown("add_prefix_space");
        if (byteLevel.path("use_regex").asBoolean(true) != pattern) throw new Unknown("use_regex");
    }

    private static WordScanner scanner(String regex) throws Unknown {
        return new PatternScanner(WordPattern.of(regex).orElseThrow(() -> new Unknown("the pre-tokenizer's pattern")));
    }

    /// `Metaspace`, in its newer form or in the older one with `add_prefix_space`; null where there is none.
    static @Nullable Metaspace metaspace(JsonNode preTokenizer) throws Unknown {
        if (!type(preTokenizer).equals("Metaspace")) return null;
        if (!preTokenizer.path("replacement").asText().equals(MARK)) throw new Unknown("what stands for a blank");
        boolean splits = preTokenizer.path("split").asBoolean(true);
        JsonNode scheme = preTokenizer.path("prepend_scheme");
        String wanted = scheme.isTextual()
                ? scheme.textValue()
                : preTokenizer.path("add_prefix_space").asBoolean(true) ? "always" : "never";
        return new Metaspace(
                switch (wanted) {
                    case "always" -> Metaspace.Prefix.ALWAYS;
                    case "first" -> Metaspace.Prefix.FIRST;
                    case "never" -> Metaspace.Prefix.NEVER;
                    default -> throw new Unknown("prepend_scheme");
                },
                splits);
    }

    /// A pre-tokenizer that has nothing to do, because every blank has been replaced before.
    static void noWords(JsonNode preTokenizer) throws Unknown {
        boolean splitsBlanks = type(preTokenizer).equals("Split")
                && preTokenizer.path("pattern").path("String").asText().equals(" ");
        if (!preTokenizer.isMissingNode() && !splitsBlanks) throw new Unknown("the pre-tokenizer");
    }

    static TokenText text(JsonNode decoder, boolean byteLevel, TokenTable tokens) throws Unknown {
        if (byteLevel) {
            if (type(decoder).equals("ByteLevel")) return new TokenText.OfBytes(tokens);
            throw new Unknown("the decoder");
        }
        JsonNode steps = decoder.path("decoders");
        boolean known = type(decoder).equals("Sequence")
                && steps.size() >= 3
                && replaces(steps.get(0), MARK, " ")
                && type(steps.get(1)).equals("ByteFallback")
                && type(steps.get(2)).equals("Fuse");
        if (known && steps.size() == 3) return new TokenText.OfCharacters(tokens, false);
        if (known && steps.size() == 4 && stripsOneBlank(steps.get(3))) return new TokenText.OfCharacters(tokens, true);
        throw new Unknown("the decoder");
    }

    private static boolean stripsOneBlank(JsonNode step) {
        return type(step).equals("Strip")
                && step.path("content").asText().equals(" ")
                && step.path("start").asInt() == 1
                && step.path("stop").asInt() == 0;
    }
}
