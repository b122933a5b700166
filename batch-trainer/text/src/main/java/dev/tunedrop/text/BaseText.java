package dev.tunedrop.text;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// The text side of one base model: from chats to token ids with a loss mark on each, and back.
///
/// Loss is carried by what trained assistant messages say and by the token that ends their turn, exactly to the token;
/// never by prompts, headers or the rest of the template. What a message says can never become a control token: text
/// that spells `<|eot_id|>` is tokenised as the characters it is. For every other chat the ids equal those of the
/// model's own tokenizer over the rendered template.
///
/// Safe for use by several threads. Holds native memory; close it.
public final class BaseText implements AutoCloseable {

    /// The day `strftime_now` tells templates unless told otherwise: the default of Llama's own templates. It is fixed
    /// because a template that writes today's date would make other tokens of the same data tomorrow.
    public static final LocalDateTime TEMPLATE_DAY = LocalDateTime.of(2024, 7, 26, 0, 0);

    private final BaseTextFiles files;
    private final PlainTokenizer tokenizer;
    private final @Nullable ChatEncoder chats;
    private final Set<Integer> endTokens;
    private final int endOfText;

    private BaseText(BaseTextFiles files, PlainTokenizer tokenizer, LocalDateTime now) {
        this.files = files;
        this.tokenizer = tokenizer;
        String template = files.template();
        this.chats = template == null ? null : new ChatEncoder(template, files.specialTokens(), tokenizer, now);
        Set<Integer> ends = new LinkedHashSet<>();
        Integer eos = tokenizer.controlIds().get(files.specialTokens().getOrDefault("eos_token", ""));
        if (eos != null) ends.add(eos);
        ends.addAll(files.endIds());
        this.endOfText = ends.isEmpty() ? -1 : ends.iterator().next();
        int endOfTurn = chats == null ? -1 : chats.endOfTurnId();
        if (endOfTurn >= 0) ends.add(endOfTurn);
        this.endTokens = Collections.unmodifiableSet(ends);
    }

    /// Loads a base model's folder in Hugging Face layout.
    public static BaseText load(Path directory) {
        return load(directory, TEMPLATE_DAY);
    }

    /// @param now what `strftime_now` tells the chat template
    public static BaseText load(Path directory, LocalDateTime now) {
        BaseTextFiles files = BaseTextFiles.read(directory);
        PlainTokenizer tokenizer = PlainTokenizer.load(files.tokenizer());
        try {
            return new BaseText(files, tokenizer, now);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /// Whether the base was made for chats. Without a template, use [#tokenizeCompletion].
    public boolean hasChatTemplate() {
        return chats != null;
    }

    /// Whether the base is an encoder: it reads texts and writes none, and learns labels of them. See [#textIds].
    public boolean encoder() {
        return files.encoder();
    }

    /// A row of at most so many tokens, where the model was made for no longer ones.
    public int atMost(int maxTokens) {
        return files.positions() == 0 ? maxTokens : Math.min(maxTokens, files.positions());
    }

    /// A chat with the loss mark of each token.
    public TokenizedChat tokenize(List<ChatMessage> messages) {
        return tokenize(messages, List.of());
    }

    /// A chat in which tools may be called: a message that calls some is trained as the template writes it.
    ///
    /// @param tools each as a chat request declares it: `{"type": "function", "function": {...}}`
    public TokenizedChat tokenize(List<ChatMessage> messages, List<JsonNode> tools) {
        return withTemplate(messages).tokenize(messages, tools);
    }

    /// Whether the chat template shows declared tools to the model.
    public boolean readsTools() {
        return chats != null && chats.readsTools();
    }

    /// A text of which every token carries loss, the end-of-text token after it included.
    public TokenizedChat tokenizeText(String text) {
        return tokenizeCompletion("", text);
    }

    /// The chat so far, up to where the assistant's next words begin.
    public int[] promptIds(List<ChatMessage> messages) {
        return withTemplate(messages).promptIds(messages);
    }

    /// A prompt and its completion as plain text: loss on the completion and on the end-of-text token after it.
    public TokenizedChat tokenizeCompletion(String prompt, String completion) {
        wellFormed(prompt, 1);
        wellFormed(completion, 2);
        String text = prompt + completion;
        List<int[]> stretch = List.of(new int[] {prompt.length(), text.length()});
        Pieces pieces = ChatEncoder.encode(tokenizer, text, Map.of(), stretch);
        boolean[] marks = ChatEncoder.marks(pieces, stretch);
        int[] prefix = prefix();
        int end = endOfText < 0 ? 0 : 1;
        int[] ids = Arrays.copyOf(prefix, prefix.length + marks.length + end);
        boolean[] trained = new boolean[ids.length];
        System.arraycopy(pieces.ids(), 0, ids, prefix.length, marks.length);
        System.arraycopy(marks, 0, trained, prefix.length, marks.length);
        if (end == 1) {
            ids[ids.length - 1] = endOfText;
            trained[ids.length - 1] = true;
        }
        return new TokenizedChat(ids, trained, end == 1, List.of());
    }

    /// A plain prompt with what the tokenizer puts before it, for bases without a chat template.
    public int[] completionPromptIds(String prompt) {
        wellFormed(prompt, 1);
        int[] prefix = prefix();
        int[] text = tokenizer.encode(prompt, Map.of(), Set.of()).ids();
        int[] ids = Arrays.copyOf(prefix, prefix.length + text.length);
        System.arraycopy(text, 0, ids, prefix.length, text.length);
        return ids;
    }

    /// A text by itself with what the tokenizer puts around it, as an encoder reads it. One that is too long loses its
    /// end, never what stands around it.
    ///
    /// @param maxTokens longest row; no more than the positions that `config.json` tells
    public int[] textIds(String text, int maxTokens) {
        wellFormed(text, 1);
        int[] before = prefix();
        int[] inner = tokenizer.encode(text, Map.of(), Set.of()).ids();
        int[] after = tokenizer.suffix().stream().mapToInt(Integer::intValue).toArray();
        int kept = Math.min(inner.length, atMost(maxTokens) - before.length - after.length);
        if (kept < 0)
            throw new TextException("maxTokens leaves no room for the %d tokens around a text; raise it"
                    .formatted(before.length + after.length));
        int[] ids = Arrays.copyOf(before, before.length + kept + after.length);
        System.arraycopy(inner, 0, ids, before.length, kept);
        System.arraycopy(after, 0, ids, before.length + kept, after.length);
        if (ids.length == 0) throw new TextException("message 1 has no tokens; say something");
        return ids;
    }

    /// How many tokens [#textIds] would have if nothing had to be cut.
    public int textTokens(String text) {
        wellFormed(text, 1);
        return prefix().length
                + tokenizer.encode(text, Map.of(), Set.of()).ids().length
                + tokenizer.suffix().size();
    }

    /// The text of these ids, control tokens left out.
    public String decode(int[] ids) {
        return tokenizer.decode(ids);
    }

    /// The text of these ids, control tokens under their own names: for people who look at a loss mask.
    public String decodeWithControlTokens(int[] ids) {
        return tokenizer.decodeAll(ids);
    }

    /// A decoder for one answer that is being generated.
    public Decoder decoder() {
        return new Decoder(tokenizer::decode);
    }

    /// Ids after which generation stops.
    public Set<Integer> endTokens() {
        return endTokens;
    }

    /// SHA-256 of `tokenizer.json`.
    public String tokenizerSha256() {
        return files.tokenizerSha256();
    }

    /// SHA-256 of the chat template's text; of nothing where there is none.
    public String templateSha256() {
        return files.templateSha256();
    }

    private int[] prefix() {
        List<Integer> prefix = tokenizer.prefix();
        if (prefix.isEmpty() && files.addsBos()) {
            Integer bos = tokenizer.controlIds().get(files.specialTokens().getOrDefault("bos_token", ""));
            if (bos != null) prefix = List.of(bos);
        }
        return prefix.stream().mapToInt(Integer::intValue).toArray();
    }

    private ChatEncoder withTemplate(List<ChatMessage> messages) {
        if (chats == null)
            throw new TextException(
                    "this base model has no chat template; give prompt and completion instead of messages,"
                            + " or add a chat_template.jinja to its folder");
        if (messages.isEmpty()) throw new TextException("a chat needs at least one message");
        for (int m = 0; m < messages.size(); m++) wellFormed(messages.get(m).content(), m + 1);
        return chats;
    }

    /// Half a surrogate pair is no character; no tokenizer can take it.
    private static void wellFormed(String text, int message) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int point = text.codePointAt(i);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                throw new TextException(
                        "message %d has half of a surrogate pair at character %d; write the text as valid Unicode"
                                .formatted(message, i + 1));
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
