package dev.tunedrop.text.bpe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;

import dev.tunedrop.text.bpe.BpeModel.Alphabet;

/// Reads a `tokenizer.json` whose every part is known here, as a stream: such files have up to 20 MB.
///
/// What is not known is said, not guessed: the library reads such a file instead. A control token is no part of the
/// vocabulary that text can reach: its merges are left out, and no word is looked up as one.
public final class BpeFile {

    private static final ObjectMapper PARTS = new ObjectMapper();
    private static final int NO_ID = -1;

    /// Why a file is left to the library.
    public static final class Unknown extends Exception {
        private static final long serialVersionUID = 1L;

        Unknown(String what) {
            super(what);
        }
    }

    private final List<AddedToken> added;
    private final Set<String> control = new HashSet<>();
    private final Map<String, JsonNode> parts = new HashMap<>();
    private final Map<String, JsonNode> settings = new HashMap<>();
    private final TokenTable tokens = new TokenTable();
    private final MergeTable merges = new MergeTable();
    private final Map<String, Integer> controlIds = new HashMap<>();
    private int vocabularySize;
    private boolean byteLevel;
    private boolean mergesRead;

    private BpeFile(List<AddedToken> added) {
        this.added = List.copyOf(added);
        for (AddedToken token : added) if (token.control()) control.add(token.content());
    }

    /// @param added the file's added tokens
    public static BpeModel read(Path file, List<AddedToken> added) throws IOException, Unknown {
        BpeFile read = new BpeFile(added);
        try (JsonParser in = PARTS.createParser(file.toFile())) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "normalizer", "pre_tokenizer", "decoder" -> read.parts.put(field, in.readValueAsTree());
                    case "model" -> read.model(in);
                    default -> in.skipChildren();
                }
            }
        }
        return read.build();
    }

    private JsonNode part(String name) {
        JsonNode part = parts.getOrDefault(name, MissingNode.getInstance());
        return part instanceof NullNode ? MissingNode.getInstance() : part;
    }

    private void model(JsonParser in) throws IOException, Unknown {
        if (in.currentToken() != JsonToken.START_OBJECT) throw new Unknown("the model is no object");
        byteLevel = Ingredients.byteLevel(part("pre_tokenizer"));
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "vocab" -> vocabulary(in);
                case "merges" -> merges(in);
                default -> settings.put(field, in.readValueAsTree());
            }
        }
    }

    private void vocabulary(JsonParser in) throws IOException, Unknown {
        if (in.currentToken() != JsonToken.START_OBJECT) throw new Unknown("the vocabulary is no object");
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String token = in.currentName();
            in.nextToken();
            int id = in.getIntValue();
            if (id < 0 || tokens.has(id)) throw new Unknown("an id of the vocabulary is negative or stands twice");
            vocabularySize++;
            if (control.contains(token)) {
                controlIds.put(token, id);
                tokens.name(id, token.getBytes(StandardCharsets.UTF_8));
                continue;
            }
            byte[] bytes = byteLevel ? ByteLetters.bytes(token) : token.getBytes(StandardCharsets.UTF_8);
            if (bytes == null) tokens.name(id, token.getBytes(StandardCharsets.UTF_8));
            else tokens.add(id, bytes);
        }
    }

    /// Merges are `"a b"` in older files and `["a", "b"]` in newer ones.
    private void merges(JsonParser in) throws IOException, Unknown {
        if (vocabularySize == 0 || in.currentToken() != JsonToken.START_ARRAY)
            throw new Unknown("the merges do not follow the vocabulary");
        mergesRead = true;
        for (int rank = 0; in.nextToken() != JsonToken.END_ARRAY; rank++) {
            String left;
            String right;
            if (in.currentToken() == JsonToken.START_ARRAY) {
                left = in.nextTextValue();
                right = in.nextTextValue();
                in.nextToken();
            } else {
                String both = in.getText();
                int blank = both.indexOf(' ');
                if (blank < 0) throw new Unknown("a merge has one part");
                left = both.substring(0, blank);
                right = both.substring(blank + 1);
            }
            if (control.contains(left) || control.contains(right) || control.contains(left + right)) continue;
            merge(rank, find(left), find(right), find(left + right));
        }
    }

    private void merge(int rank, int left, int right, int merged) throws Unknown {
        if (left == NO_ID || right == NO_ID || merged == NO_ID)
            throw new Unknown("a merge names a token that is not in the vocabulary");
        merges.put(left, right, rank, merged);
    }

    private int find(String token) {
        byte[] bytes = byteLevel ? ByteLetters.bytes(token) : token.getBytes(StandardCharsets.UTF_8);
        return bytes == null ? NO_ID : tokens.find(bytes);
    }

    private BpeModel build() throws Unknown {
        if (!mergesRead || byteLevel != Ingredients.byteLevel(part("pre_tokenizer")))
            throw new Unknown("the file's parts are in another order");
        boolean wholeWords = Ingredients.checkModel(settings);
        Normalization normalization = Ingredients.normalization(part("normalizer"), byteLevel);
        Alphabet alphabet = byteLevel ? Alphabet.BYTES : Alphabet.CHARACTERS;
        if (!byteLevel && wholeWords) throw new Unknown("ignore_merges without words");
        Metaspace metaspace = Ingredients.metaspace(part("pre_tokenizer"));
        if (!byteLevel && metaspace == null) {
            Ingredients.noWords(part("pre_tokenizer"));
            if (normalization == Normalization.NONE) throw new Unknown("the normalizer");
        }
        if (metaspace != null && normalization != Normalization.NONE) throw new Unknown("the normalizer");
        checkIds();
        int[] byteIds = byteLevel ? byteTokens() : fallbackTokens();
        WordScanner scanner = byteLevel
                ? Ingredients.words(part("pre_tokenizer"))
                : metaspace != null && metaspace.splits() ? new Metaspace.Words() : cuts();
        TokenText text = Ingredients.text(part("decoder"), byteLevel, tokens);
        for (AddedToken token : added)
            if (!tokens.has(token.id())) tokens.name(token.id(), token.content().getBytes(StandardCharsets.UTF_8));
        List<AddedToken> found =
                added.stream().filter(token -> !token.control()).toList();
        BpeModel.Words words = new BpeModel.Words(metaspace, scanner, wholeWords);
        return new BpeModel(alphabet, tokens, merges, normalization, words, byteIds, found, text);
    }

    /// The library gives an added token its id in the vocabulary, else the next free one; a file that says otherwise is
    /// one to be told about.
    private void checkIds() throws Unknown {
        int next = vocabularySize;
        for (AddedToken token : added) {
            Integer known = controlIds.get(token.content());
            int id = known != null ? known : find(token.content());
            if (id == NO_ID) id = next;
            if (id != token.id()) throw new Unknown("an added token has not the id the library gives it");
            next = Math.max(next, id + 1);
        }
    }

    private int[] byteTokens() throws Unknown {
        int[] ids = new int[256];
        for (int b = 0; b < ids.length; b++) {
            ids[b] = tokens.find(new byte[] {(byte) b});
            if (ids[b] == NO_ID) throw new Unknown("the vocabulary has no token for some byte");
        }
        return ids;
    }

    private int[] fallbackTokens() throws Unknown {
        if (!settings.getOrDefault("byte_fallback", NullNode.getInstance()).asBoolean())
            throw new Unknown("no byte_fallback");
        int[] ids = new int[256];
        Arrays.fill(ids, NO_ID);
        for (int b = 0; b < ids.length; b++) {
            ids[b] = tokens.find(BpeModel.byteToken(b));
            boolean character = b < 0x80 && tokens.find(new byte[] {(byte) b}) != NO_ID;
            if (ids[b] == NO_ID && !character) throw new Unknown("the vocabulary has no token for some byte");
        }
        return ids;
    }

    private WordScanner cuts() {
        SafeCuts cuts = new SafeCuts();
        for (int id = 0; id <= tokens.highest(); id++) {
            if (!tokens.has(id)) continue;
            byte[] token = tokens.bytes(id);
            cuts.see(token, 0, token.length);
        }
        return cuts;
    }
}
