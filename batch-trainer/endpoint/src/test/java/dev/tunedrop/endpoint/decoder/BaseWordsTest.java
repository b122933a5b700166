package dev.tunedrop.endpoint.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.endpoint.generate.Message;
import dev.tunedrop.endpoint.generate.UnusableRequest;
import dev.tunedrop.endpoint.generate.Words;
import dev.tunedrop.text.BaseText;

class BaseWordsTest {

    private static BaseText text(String model) {
        return BaseText.load(DecoderModelTest.models().resolve(model));
    }

    @Test
    void aBaseWithoutATemplateContinuesOneUserMessage() {
        try (BaseText text = text("stories260k-hf")) {
            Words words = new BaseWords(text);
            Message user = new Message("user", "Once upon a time");
            assertThat(words.promptIds(List.of(user))).isEqualTo(text.completionPromptIds("Once upon a time"));
            assertThatThrownBy(() -> words.promptIds(List.of(new Message("system", "x"), user)))
                    .isInstanceOf(UnusableRequest.class)
                    .hasMessageContaining("exactly one user message");
        }
    }

    @Test
    void aConversationIsReadUpToWhereTheAnswerBegins() {
        try (BaseText text = text("synthetic-tiny-llama3")) {
            int[] ids = new BaseWords(text)
                    .promptIds(List.of(new Message("system", "Be kind."), new Message("user", "Hello <|eot_id|>")));
            assertThat(text.decodeWithControlTokens(ids)).endsWith("<|start_header_id|>assistant<|end_header_id|>\n\n");
            assertThat(Arrays.stream(ids).filter(id -> id == 9))
                    .as("turns that ended")
                    .hasSize(2);
        }
    }

    @Test
    void whatATemplateRefusesIsTheClientsToPutRight() {
        try (BaseText text = text("synthetic-tiny-gemma2")) {
            assertThatThrownBy(() -> new BaseWords(text).promptIds(List.of(new Message("assistant", "secret"))))
                    .isInstanceOf(UnusableRequest.class)
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
        }
    }

    @Test
    void halfACharacterAtTheEndIsLeftOut() {
        try (BaseText text = text("synthetic-tiny-llama3")) {
            int[] ids = text.completionPromptIds("ok 🎈");
            Words.Stream whole = new BaseWords(text).stream();
            Words.Stream cut = new BaseWords(text).stream();
            StringBuilder said = new StringBuilder();
            StringBuilder saidCut = new StringBuilder();
            for (int i = 0; i < ids.length; i++) {
                said.append(whole.accept(ids[i]));
                if (i < ids.length - 1) saidCut.append(cut.accept(ids[i]));
            }
            assertThat(said + whole.finish()).endsWith("ok 🎈");
            assertThat(saidCut + cut.finish())
                    .isNotEmpty()
                    .doesNotContain("\uFFFD")
                    .doesNotContain("🎈");
        }
    }
}
