package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaseTextTest {

    @TempDir
    Path folder;

    @Test
    void aFolderWithoutATokenizerIsRefusedByName() {
        assertThatThrownBy(() -> BaseText.load(folder))
                .isInstanceOf(TextException.class)
                .hasMessageContaining("has no tokenizer.json");
    }

    @Test
    void aBrokenTokenizerIsRefusedByName() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"BPE\"");
        assertThatThrownBy(() -> BaseText.load(folder))
                .isInstanceOf(TextException.class)
                .hasMessageContaining("tokenizer.json");
    }

    @Test
    void aCompletionIsTrainedWithItsEndAndThePromptIsNot() {
        try (BaseText text = BaseText.load(SharedData.root().resolve("models/stories260k-hf"))) {
            TokenizedChat row = text.tokenizeCompletion("Once upon a time", " there was a dog.");
            assertThat(text.hasChatTemplate()).isFalse();
            assertThat(row.ids()[0]).as("begin of text").isEqualTo(1);
            assertThat(row.ids()).startsWith(text.completionPromptIds("Once upon a time"));
            assertThat(text.decode(row.trainedIds())).isEqualTo("there was a dog.");
            assertThat(row.trainedIds()[row.trainedTokens() - 1])
                    .as("end of text")
                    .isEqualTo(2);
            assertThatThrownBy(() -> text.promptIds(List.of(ChatMessage.user("Hi"))))
                    .isInstanceOf(TextException.class)
                    .hasMessageContaining("no chat template");
        }
    }

    @Test
    void aStreamOfTokensDecodesToTheWholeText() {
        Path llama = SharedData.root().resolve("models/synthetic-tiny-llama3");
        try (BaseText text = BaseText.load(llama)) {
            String said = "Grüße, 日本語 and 👩‍👩‍👧 at 12:30!";
            int[] ids = text.completionPromptIds(said);
            Decoder decoder = text.decoder();
            StringBuilder streamed = new StringBuilder();
            for (int id : ids) {
                String piece = decoder.add(id);
                assertThat(piece).doesNotContain("\uFFFD");
                streamed.append(piece);
            }
            assertThat(streamed.append(decoder.finish())).hasToString(said);
        }
    }

    @Test
    void halfACharacterIsRefused() {
        try (BaseText text = BaseText.load(SharedData.root().resolve("models/synthetic-tiny-llama3"))) {
            assertThatThrownBy(() -> text.tokenize(List.of(ChatMessage.user("a\uD83D"), ChatMessage.assistant("b"))))
                    .isInstanceOf(TextException.class)
                    .hasMessageContaining("message 1 has half of a surrogate pair at character 2");
        }
    }

    @Test
    void aSystemMessageThatTheTemplateDropsIsReported() {
        try (BaseText text = BaseText.load(SharedData.root().resolve("models/synthetic-tiny-mistral"))) {
            TokenizedChat chat = text.tokenize(List.of(
                    ChatMessage.system("be brief"),
                    ChatMessage.user("a question"),
                    ChatMessage.assistant("an answer")));
            assertThat(chat.droppedMessages()).containsExactly(0);
        }
    }

    @Test
    void aRoleCannotCarryAControlToken() {
        assertThatThrownBy(() -> new ChatMessage("user<|eot_id|>", "x", false)).isInstanceOf(TextException.class);
        assertThatThrownBy(() -> new ChatMessage("user", "x", true)).isInstanceOf(TextException.class);
    }

    @Test
    void aTemplateThatRewritesContentIsRefused() throws IOException {
        Path source = SharedData.root().resolve("models/synthetic-tiny-llama3/tokenizer.json");
        Files.copy(source, folder.resolve("tokenizer.json"));
        Files.writeString(
                folder.resolve("chat_template.jinja"), "{% for m in messages %}{{ m.content | upper }}{% endfor %}");
        try (BaseText text = BaseText.load(folder)) {
            assertThatThrownBy(() -> text.tokenize(List.of(ChatMessage.user("a"), ChatMessage.assistant("b"))))
                    .isInstanceOf(TextException.class)
                    .hasMessageContaining("changes the text of a message")
                    .message()
                    .doesNotContain("\n");
        }
    }

    /// Llama 2's way: blanks around the answer, and a tokenizer that puts a blank before every stretch of text.
    @Test
    void theBlankThatTheTemplateWritesBeforeAnAnswerIsTrainedWithIt() throws IOException {
        Path source = SharedData.root().resolve("models/stories260k-hf");
        for (String file : List.of("tokenizer.json", "tokenizer_config.json"))
            Files.copy(source.resolve(file), folder.resolve(file));
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                "{% for m in messages %}{% if m.role == 'user' %}{{ bos_token + 'ask ' + m.content + ' say' }}"
                        + "{% else %}{{ ' ' + m.content + ' ' + eos_token }}{% endif %}{% endfor %}");
        try (BaseText text = BaseText.load(folder)) {
            List<ChatMessage> chat = List.of(
                    ChatMessage.user("a dog"),
                    ChatMessage.assistant("the cat"),
                    ChatMessage.user("who"),
                    ChatMessage.assistant("a bird"));
            TokenizedChat row = text.tokenize(chat);
            assertThat(text.decodeWithControlTokens(row.ids()))
                    .isEqualTo("<s> ask a dog say the cat </s><s> ask who say a bird </s>");
            assertThat(text.decodeWithControlTokens(row.trainedIds())).isEqualTo("the cat </s> a bird </s>");
            assertThat(row.ids()).startsWith(text.promptIds(chat.subList(0, 1)));
        }
    }
}
