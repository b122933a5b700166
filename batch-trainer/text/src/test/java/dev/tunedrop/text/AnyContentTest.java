package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

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

    private static final BaseText text =
            BaseText.load(Path.of(System.getProperty("tunedrop.root"), "models", "tunedrop-tiny"));

    @AfterContainer
    static void close() {
        text.close();
    }

    @Provide
    Arbitrary<String> contents() {
        Arbitrary<String> characters = Arbitraries.strings().ofMaxLength(20);
        Arbitrary<String> marks = Arbitraries.of(MARKS);
        return Arbitraries.oneOf(characters, marks)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 300)
    void aChatHasItsTemplatesControlTokensAndNoOthers(
            @ForAll("contents") String question, @ForAll("contents") String answer) {
        TokenizedChat chat = text.tokenize(List.of(ChatMessage.user(question), ChatMessage.assistant(answer)));
        int[] controls = Arrays.stream(chat.ids())
                .filter(id -> text.decode(new int[] {id}).isEmpty())
                .toArray();
        assertThat(controls).containsExactly(0, 3, 1, 4, 1);
    }

    @Property(tries = 300)
    void theTrainedTokensSayTheAnswerAndItsEnd(@ForAll("contents") String question, @ForAll("contents") String answer) {
        TokenizedChat chat = text.tokenize(List.of(ChatMessage.user(question), ChatMessage.assistant(answer)));
        String expected = answer.isEmpty() ? "" : answer + "<|end|>";
        assertThat(text.decodeWithControlTokens(chat.trainedIds())).isEqualTo(expected);
    }

    @Property(tries = 200)
    void trainingContinuesThePrompt(@ForAll("contents") String question, @ForAll("contents") String answer) {
        List<ChatMessage> chat = List.of(ChatMessage.user(question), ChatMessage.assistant(answer));
        assertThat(text.tokenize(chat).ids()).startsWith(text.promptIds(chat.subList(0, 1)));
    }

    @Property(tries = 200)
    void aStreamSaysWhatTheWholeSays(@ForAll("contents") String content) {
        int[] ids = text.completionPromptIds(content);
        Decoder decoder = text.decoder();
        List<String> pieces = new ArrayList<>();
        for (int id : ids) pieces.add(decoder.add(id));
        pieces.add(decoder.finish());
        assertThat(String.join("", pieces)).isEqualTo(text.decode(ids)).isEqualTo(content);
    }
}
