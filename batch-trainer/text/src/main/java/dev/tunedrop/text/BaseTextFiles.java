package dev.tunedrop.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.ContextLength;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// What a model's folder says about its text, in Hugging Face layout: `tokenizer.json`, and where present
/// `tokenizer_config.json`, `special_tokens_map.json`, `chat_template.jinja`, `config.json`, `generation_config.json`.
///
/// @param template the chat template's text; null where the base has none
/// @param specialTokens variable name (`bos_token`) to token text
/// @param endIds the ids after which generation stops, the tokenizer's own first
/// @param positions the longest row that the model was made for, 0 where it does not say
/// @param encoder whether the model reads texts and writes none
record BaseTextFiles(
        Path tokenizer,
        String tokenizerSha256,
        @Nullable String template,
        Map<String, String> specialTokens,
        Set<Integer> endIds,
        boolean addsBos,
        int positions,
        boolean encoder) {

    /// The values of `model_type` of those that the trainer knows and that write no text.
    private static final Set<String> ENCODERS = Set.of("bert");

    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token");

    static BaseTextFiles read(Path directory) {
        Path tokenizer = directory.resolve("tokenizer.json");
        if (!Files.isRegularFile(tokenizer))
            throw new TextException("%s has no tokenizer.json; name the folder of a base model in Hugging Face layout"
                    .formatted(directory));
        try {
            JsonNode config = tree(directory.resolve("tokenizer_config.json"));
            Map<String, String> special = specialTokens(config);
            specialTokens(tree(directory.resolve("special_tokens_map.json"))).forEach(special::putIfAbsent);
            JsonNode model = tree(directory.resolve("config.json"));
            Set<Integer> ends = new LinkedHashSet<>();
            for (String file : List.of("generation_config.json", "config.json"))
                addIds(tree(directory.resolve(file)).path("eos_token_id"), ends);
            return new BaseTextFiles(
                    tokenizer,
                    Sha256.of(tokenizer),
                    template(directory.resolve("chat_template.jinja"), config),
                    special,
                    ends,
                    config.path("add_bos_token").asBoolean(false),
                    ContextLength.of(model, 0),
                    ENCODERS.contains(model.path("model_type").asText()));
        } catch (IOException e) {
            throw new TextException("%s cannot be read: %s".formatted(directory, e.getMessage()), e);
        } catch (InvalidDocument e) {
            throw new TextException(String.valueOf(e.getMessage()), e);
        }
    }

    String templateSha256() {
        return Sha256.of((template == null ? "" : template).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode tree(Path file) throws IOException {
        return Files.isRegularFile(file)
                ? Json.tree(Files.readAllBytes(file), file.toString())
                : MissingNode.getInstance();
    }

    /// A token is written as text, or as an object with its text under `content`.
    private static Map<String, String> specialTokens(JsonNode config) {
        Map<String, String> special = new LinkedHashMap<>();
        for (String role : ROLES) {
            JsonNode token = config.path(role);
            JsonNode text = token.isObject() ? token.path("content") : token;
            if (text.isTextual()) special.put(role, text.textValue());
        }
        return special;
    }

    private static void addIds(JsonNode ids, Set<Integer> into) {
        if (ids.isInt()) into.add(ids.intValue());
        for (JsonNode id : ids) into.add(id.intValue());
    }

    /// A file of its own wins over the configuration's field, which is one text or a list of named ones.
    private static @Nullable String template(Path file, JsonNode config) throws IOException {
        if (Files.isRegularFile(file)) return Files.readString(file);
        JsonNode field = config.path("chat_template");
        if (field.isTextual()) return field.textValue();
        List<String> names = new ArrayList<>();
        for (JsonNode entry : field) {
            names.add(entry.path("name").asText());
            if (names.getLast().equals("default")) return entry.path("template").asText();
        }
        return null;
    }
}
