package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What holds for every content whatever, on the base the project ships.
final class AnyContentTest {

    private static final List<String> MARKS = List.of(
            "<|begin|>",
            "<|end|>",
            "<|user|>",
            "<|assistant|>",
            "<|",
            "|>",
            "end",
            "\n",
            " ",
            "\u00a0",
            "{{",
            "%}",
            "🙂");

    private static final int PLANES = Character.MAX_CODE_POINT + 1;

    private static final BaseText text =
            BaseText.load(Path.of(System.getProperty("tunedrop.root"), "models", "tunedrop-tiny"));

    @AfterAll
    static void close() {
        text.close();
    }

    /// Each drawn from its number, which a failure names.
    private static String content(int number) {
        Random random = new Random(number);
        StringBuilder content = new StringBuilder();
        for (int parts = 1 + random.nextInt(6); parts > 0; parts--)
            if (random.nextBoolean()) content.append(MARKS.get(random.nextInt(MARKS.size())));
            else
                random.ints(random.nextInt(20), 0, PLANES)
                        .map(AnyContentTest::character)
                        .forEach(content::appendCodePoint);
        return content.toString();
    }

    /// Of every second one is ASCII.
    private static int character(int drawn) {
        int one = drawn % 2 == 0 ? drawn % 128 : drawn;
        return one >= Character.MIN_SURROGATE && one <= Character.MAX_SURROGATE ? 'x' : one;
    }

    private interface Claim {
        void hold(String question, String answer);
    }

    private static void ofAny(int tries, Claim claim) {
        for (int i = 0; i < tries; i++) {
            String question = content(2 * i);
            String answer = content(2 * i + 1);
            assertThatCode(() -> claim.hold(question, answer))
                    .as("contents %d and %d", 2 * i, 2 * i + 1)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aChatHasItsTemplatesControlTokensAndNoOthers() {
        ofAny(300, (question, answer) -> {
            TokenizedChat chat = text.tokenize(List.of(ChatMessage.user(question), ChatMessage.assistant(answer)));
            int[] controls = Arrays.stream(chat.ids())
                    .filter(id -> text.decode(new int[] {id}).isEmpty())
                    .toArray();
            assertThat(controls).containsExactly(0, 3, 1, 4, 1);
        });
    }

    @Test
    void theTrainedTokensSayTheAnswerAndItsEnd() {
        ofAny(300, (question, answer) -> {
            TokenizedChat chat = text.tokenize(List.of(ChatMessage.user(question), ChatMessage.assistant(answer)));
            String expected = answer.isEmpty() ? "" : answer + "<|end|>";
            assertThat(text.decodeWithControlTokens(chat.trainedIds())).isEqualTo(expected);
        });
    }

    @Test
    void trainingContinuesThePrompt() {
        ofAny(200, (question, answer) -> {
            List<ChatMessage> chat = List.of(ChatMessage.user(question), ChatMessage.assistant(answer));
            assertThat(text.tokenize(chat).ids()).startsWith(text.promptIds(chat.subList(0, 1)));
        });
    }

    @Test
    void aStreamSaysWhatTheWholeSays() {
        ofAny(200, (content, _) -> {
            int[] ids = text.completionPromptIds(content);
            Decoder decoder = text.decoder();
            List<String> pieces = new ArrayList<>();
            for (int id : ids) pieces.add(decoder.add(id));
            pieces.add(decoder.finish());
            assertThat(String.join("", pieces)).isEqualTo(text.decode(ids)).isEqualTo(content);
        });
    }
}
