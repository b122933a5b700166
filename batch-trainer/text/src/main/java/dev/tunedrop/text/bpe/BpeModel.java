package dev.tunedrop.text.bpe;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/// One tokenizer's vocabulary, merges and rules. Does not change once it is read; several threads share it.
public final class BpeModel {

    /// How a character without a token of its own is spelt.
    enum Alphabet {
        /// Each byte is a token (GPT-2, Llama 3, Qwen, Mistral NeMo).
        BYTES,
        /// Each character is a token; those that are none become their bytes' tokens, `<0x0A>` (Llama 2, Mistral,
        /// Gemma).
        CHARACTERS
    }

    private static final int NO_ID = -1;

    private final Alphabet alphabet;
    private final TokenTable tokens;
    private final MergeTable merges;
    private final Normalization normalization;
    private final Words words;
    private final AddedTokenFinder rawTokens;
    private final AddedTokenFinder normalTokens;
    private final TokenText text;
    private final int[] byteIds;
    private final int[] lengths;
    private final ConcurrentLinkedQueue<BpeEncoder> idle = new ConcurrentLinkedQueue<>();

    /// How normal text becomes words.
    ///
    /// @param metaspace what is done to it before, if anything
    /// @param whole a word that is a token is not merged together, but taken as it is (`ignore_merges`)
    record Words(@Nullable Metaspace metaspace, WordScanner scanner, boolean whole) {}

    /// @param byteIds the token of each byte; -1 for a byte of ASCII that is a character of the vocabulary
    /// @param added the tokens to be looked for in text, control tokens left out
    BpeModel(
            Alphabet alphabet,
            TokenTable tokens,
            MergeTable merges,
            Normalization normalization,
            Words words,
            int[] byteIds,
            List<AddedToken> added,
            TokenText text) {
        this.alphabet = alphabet;
        this.tokens = tokens;
        this.merges = merges;
        this.normalization = normalization;
        this.words = words;
        this.byteIds = byteIds.clone();
        this.rawTokens =
                finder(added.stream().filter(token -> !token.normalized()).toList(), Normalization.NONE);
        this.normalTokens = finder(added.stream().filter(AddedToken::normalized).toList(), normalization);
        this.text = text;
        this.lengths = new int[tokens.highest() + 1];
        for (int id = 0; id < lengths.length; id++) if (tokens.has(id)) lengths[id] = tokens.length(id);
        if (alphabet == Alphabet.CHARACTERS) for (int id : byteIds) if (id != NO_ID) lengths[id] = 1;
    }

    private static AddedTokenFinder finder(List<AddedToken> tokens, Normalization normalization) {
        return new AddedTokenFinder(
                tokens,
                tokens.stream().map(token -> normalization.of(token.content())).toList());
    }

    /// Lends an encoder, which only one thread at a time may use.
    public <T> T encode(Function<BpeEncoder, T> work) {
        BpeEncoder lent = idle.poll();
        BpeEncoder encoder = lent == null ? new BpeEncoder(this) : lent;
        encoder.begin();
        T result = work.apply(encoder);
        if (!encoder.large()) idle.add(encoder);
        return result;
    }

    /// What added tokens take along: Unicode's White_Space.
    public static boolean whiteSpace(int point) {
        return CharacterClasses.whiteSpace(point);
    }

    /// The text of these ids, control and other added tokens under their own names.
    public String decode(int[] ids) {
        return text.of(ids);
    }

    /// Whether every stretch of text gets a blank before it, so that cutting a text changes it.
    public boolean prefixesStretches() {
        Metaspace metaspace = words.metaspace();
        return normalization == Normalization.BLANKS_AND_PREFIX
                || (metaspace != null && metaspace.prefix() == Metaspace.Prefix.ALWAYS);
    }

    WordScanner scanner() {
        return words.scanner();
    }

    @Nullable
    Metaspace metaspace() {
        return words.metaspace();
    }

    Normalization normalization() {
        return normalization;
    }

    MergeTable merges() {
        return merges;
    }

    AddedTokenFinder rawTokens() {
        return rawTokens;
    }

    AddedTokenFinder normalTokens() {
        return normalTokens;
    }

    /// How many bytes of normal text a token stands for.
    int length(int id) {
        return lengths[id];
    }

    /// The whole word's token, or -1.
    int wholeWord(byte[] word, int from, int to) {
        return words.whole() ? tokens.find(word, from, to) : NO_ID;
    }

    /// Writes the ids of a word's single characters to `into` at `at`; answers the place after the last. There is room
    /// for one id per byte.
    int symbols(byte[] word, int from, int to, int[] into, int at) {
        int end = at;
        if (alphabet == Alphabet.BYTES) {
            for (int i = from; i < to; i++) into[end++] = byteIds[word[i] & 0xff];
            return end;
        }
        for (int i = from; i < to; ) {
            int after = i + 1;
            while (after < to && (word[after] & 0xc0) == 0x80) after++;
            int id = tokens.find(word, i, after);
            if (id != NO_ID) into[end++] = id;
            else for (int b = i; b < after; b++) into[end++] = byteIds[word[b] & 0xff];
            i = after;
        }
        return end;
    }

    /// The text of a byte's token in vocabularies of characters.
    static byte[] byteToken(int value) {
        return "<0x%02X>".formatted(value).getBytes(StandardCharsets.US_ASCII);
    }
}
