package dev.tunedrop.text;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.tunedrop.text.bpe.AddedToken;

/// Reads a `tokenizer.json` and writes it again with its control tokens under secret names.
///
/// Text that a user wrote can spell `<|eot_id|>`, but cannot spell a name made when the tokenizer was loaded. So the
/// renamed tokenizer sees a control token only where we put its secret name, and everything else as plain text; ids,
/// merges and normalisation stay as they are. Streams both ways: such files have up to 20 MB.
final class TokenizerFile {

    /// Reads values out of the middle of a file, which the documents' strict mapper refuses.
    private static final ObjectMapper PARTS = new ObjectMapper();

    private final Path file;
    private final List<AddedToken> added = new ArrayList<>();
    private final List<Integer> prefix = new ArrayList<>();
    private final List<Integer> suffix = new ArrayList<>();

    private TokenizerFile(Path file) {
        this.file = file;
    }

    static TokenizerFile read(Path file) throws IOException {
        TokenizerFile read = new TokenizerFile(file);
        try (JsonParser in = PARTS.createParser(file.toFile())) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "added_tokens" -> read.readAdded(in.readValueAsTree());
                    case "post_processor" -> read.readAround(in.readValueAsTree());
                    default -> in.skipChildren();
                }
            }
        }
        return read;
    }

    /// Every added token, in the file's order.
    List<AddedToken> added() {
        return List.copyOf(added);
    }

    /// The ids that the tokenizer itself puts before plain text, such as the begin-of-text token.
    List<Integer> prefix() {
        return List.copyOf(prefix);
    }

    /// The ids that it puts after plain text, such as BERT's separator.
    List<Integer> suffix() {
        return List.copyOf(suffix);
    }

    private void readAdded(JsonNode list) {
        for (JsonNode token : list)
            added.add(new AddedToken(
                    token.path("id").asInt(),
                    token.path("content").asText(),
                    token.path("special").asBoolean(),
                    token.path("single_word").asBoolean(),
                    token.path("lstrip").asBoolean(),
                    token.path("rstrip").asBoolean(),
                    token.path("normalized").asBoolean()));
    }

    private void readAround(JsonNode processor) {
        for (JsonNode inner : processor.path("processors")) readAround(inner);
        switch (processor.path("type").asText()) {
            case "TemplateProcessing" -> readTemplate(processor);
            case "BertProcessing", "RobertaProcessing" -> {
                prefix.add(processor.path("cls").path(1).asInt());
                suffix.add(processor.path("sep").path(1).asInt());
            }
            default -> {} // the others change offsets alone
        }
    }

    private void readTemplate(JsonNode processor) {
        List<Integer> around = prefix;
        for (JsonNode part : processor.path("single")) {
            JsonNode special = part.path("SpecialToken");
            if (special.isMissingNode()) {
                around = suffix;
                continue;
            }
            JsonNode ids = processor
                    .path("special_tokens")
                    .path(special.path("id").asText())
                    .path("ids");
            for (JsonNode id : ids) around.add(id.asInt());
        }
    }

    /// The file's text with `names` (old content to new) in place of the old, and one more token, `cut`, that
    /// belongs to no vocabulary. Truncation, padding and post-processing are left out: nothing may shorten or
    /// lengthen a text.
    String renamed(Map<String, String> names, String cut) throws IOException {
        StringWriter text = new StringWriter(1 << 16);
        try (JsonParser in = PARTS.createParser(file.toFile());
                JsonGenerator out = PARTS.createGenerator(text)) {
            in.nextToken();
            out.writeStartObject();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "truncation", "padding", "post_processor" -> {
                        in.skipChildren();
                        out.writeNullField(field);
                    }
                    case "added_tokens" -> {
                        out.writeFieldName(field);
                        copyAdded(in, out, names, cut);
                    }
                    case "model" -> {
                        out.writeFieldName(field);
                        copyModel(in, out, names);
                    }
                    default -> {
                        out.writeFieldName(field);
                        out.copyCurrentStructure(in);
                    }
                }
            }
            out.writeEndObject();
        }
        return text.toString();
    }

    private void copyAdded(JsonParser in, JsonGenerator out, Map<String, String> names, String cut) throws IOException {
        List<Map<String, Object>> tokens = new ArrayList<>();
        int last = -1;
        for (JsonNode token : in.<JsonNode>readValueAsTree()) {
            Map<String, Object> copy = new HashMap<>();
            token.properties().forEach(entry -> copy.put(entry.getKey(), entry.getValue()));
            String content = token.path("content").asText();
            copy.put("content", names.getOrDefault(content, content));
            if (names.containsKey(content)) copy.put("normalized", false);
            tokens.add(copy);
            last = Math.max(last, token.path("id").asInt());
        }
        tokens.add(Map.of(
                "id", last + 1,
                "content", cut,
                "single_word", false,
                "lstrip", false,
                "rstrip", false,
                "normalized", false,
                "special", true));
        PARTS.writeValue(out, tokens);
    }

    private static void copyModel(JsonParser in, JsonGenerator out, Map<String, String> names) throws IOException {
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            out.writeFieldName(field);
            switch (field) {
                case "vocab" -> copyVocabulary(in, out, names);
                case "merges" -> copyMerges(in, out, names.keySet());
                case "unk_token" -> {
                    String unknown = in.getValueAsString();
                    if (unknown == null) out.writeNull();
                    else out.writeString(names.getOrDefault(unknown, unknown));
                }
                default -> out.copyCurrentStructure(in);
            }
        }
        out.writeEndObject();
    }

    /// A mapping of token to id (BPE, WordPiece, WordLevel) or a list of `[token, score]` (Unigram).
    private static void copyVocabulary(JsonParser in, JsonGenerator out, Map<String, String> names) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            out.writeStartObject();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String token = in.currentName();
                in.nextToken();
                out.writeFieldName(names.getOrDefault(token, token));
                out.copyCurrentEvent(in);
            }
            out.writeEndObject();
            return;
        }
        out.writeStartArray();
        while (in.nextToken() == JsonToken.START_ARRAY) {
            out.writeStartArray();
            String token = in.nextTextValue();
            out.writeString(names.getOrDefault(token, token));
            in.nextToken();
            out.copyCurrentEvent(in);
            in.nextToken();
            out.writeEndArray();
        }
        out.writeEndArray();
    }

    /// Merges are `"a b"` in older files and `["a", "b"]` in newer ones. A merge that touches a control token goes:
    /// plain text must not grow into one.
    private static void copyMerges(JsonParser in, JsonGenerator out, Set<String> control) throws IOException {
        out.writeStartArray();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            String left;
            String right;
            boolean pair = in.currentToken() == JsonToken.START_ARRAY;
            if (pair) {
                left = in.nextTextValue();
                right = in.nextTextValue();
                in.nextToken();
            } else {
                String both = in.getText();
                int blank = both.indexOf(' ');
                left = both.substring(0, blank);
                right = both.substring(blank + 1);
            }
            if (control.contains(left) || control.contains(right) || control.contains(left + right)) continue;
            if (pair) {
                out.writeStartArray();
                out.writeString(left);
                out.writeString(right);
                out.writeEndArray();
            } else out.writeString(left + " " + right);
        }
        out.writeEndArray();
    }
}
