package dev.tunedrop.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TextException;

/// Templates of our own, and what Python's Jinja (3.1.6, set up as transformers does) makes of them.
final class ChatTemplateTest {

    private static final List<ChatMessage> CHAT = List.of(ChatMessage.user("Q"), ChatMessage.assistant("A"));

    @TestFactory
    Stream<DynamicTest> rendersAsPythonDoes() throws IOException {
        JsonNode golden;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("jinja-cases.json"))) {
            golden = Json.tree(in.readAllBytes(), "jinja-cases.json");
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode one : golden.path("cases")) {
            String source = one.path("template").asText();
            List<ChatMessage> chat = new ArrayList<>();
            for (JsonNode m : golden.path("chats").path(one.path("chat").asText()))
                chat.add(new ChatMessage(
                        m.path("role").asText(), m.path("content").asText(), false));
            tests.add(DynamicTest.dynamicTest(
                    one.path("chat").asText() + ": " + source,
                    () -> assertThat(render(source, chat))
                            .isEqualTo(one.path("expected").asText())));
        }
        assertThat(tests).hasSizeGreaterThan(60);
        return tests.stream();
    }

    @Test
    void theTemplatesOwnRefusalIsPassedOn() {
        assertThatThrownBy(() -> render("{{ raise_exception('Roles must alternate') }}", CHAT))
                .isInstanceOf(TextException.class)
                .hasMessage("the chat template refuses this chat: Roles must alternate");
    }

    @Test
    void noJavaObjectIsWithinReach() {
        for (String attempt : List.of(
                "{{ messages.getClass() }}",
                "{{ ''.getClass().forName('java.lang.Runtime') }}",
                "{{ messages[0].content.getBytes() }}",
                "{% for m in messages %}{{ loop.getClass() }}{% endfor %}",
                "{{ messages.append(1) }}",
                "{{ ''.__class__.__mro__ }}",
                "{{ ____int3rpr3t3r____.getContext() }}",
                "{{ ____int3rpr3t3r____.config.locale }}"))
            assertThat(outcome(attempt)).as(attempt).isIn("", "refused");
        assertThat(outcome("{{ messages.getClass() }}")).isEqualTo("refused");
    }

    private static String outcome(String source) {
        try {
            return render(source, CHAT);
        } catch (TextException e) {
            return "refused";
        }
    }

    @Test
    void contentIsNeverTakenForATemplate() {
        assertThat(render("{{ messages[0].content }}", List.of(ChatMessage.user("{{ 1 + 1 }}{% raw %}"))))
                .isEqualTo("{{ 1 + 1 }}{% raw %}");
    }

    @Test
    void aTemplateThatWouldRunForeverIsStopped() {
        String loops = "{% for a in range(9000) %}".repeat(4) + "{% set x = 1 %}" + "{% endfor %}".repeat(4);
        assertThatThrownBy(() -> render(loops, CHAT))
                .isInstanceOf(TextException.class)
                .hasMessageContaining("longer than");
    }

    @Test
    void aTemplateThatWouldFillTheMemoryIsStopped() {
        String doubling = "{% set x = 'aaaaaaaaaaaaaaaa' %}" + "{% set x = x + x %}".repeat(40) + "{{ x }}";
        assertThatThrownBy(() -> render(doubling, CHAT)).isInstanceOf(TextException.class);
    }

    @Test
    void errorsNameTheLineAndNeverTheText() {
        List<ChatMessage> secret = List.of(ChatMessage.user("the secret recipe"));
        assertThatThrownBy(() -> render("ok\n{{ messages[0].content - 1 }}", secret))
                .isInstanceOf(TextException.class)
                .hasMessageContaining("line 2")
                .message()
                .doesNotContain("secret");
    }

    private static String render(String source, List<ChatMessage> chat) {
        Map<String, String> special = Map.of("bos_token", "<BOS>", "eos_token", "<EOS>");
        return new ChatTemplate(source, special, BaseText.TEMPLATE_DAY).render(chat, true);
    }

    @Test
    void aRenderingLeavesNothingToTheNext() {
        ChatTemplate template = new ChatTemplate(
                "{% if x is defined or m is defined %}left{% endif %}{% set x = 1 %}"
                        + "{% macro m(y) %}{{ y }}{% endmacro %}{{ m(messages[0]['content']) }}",
                Map.of(), BaseText.TEMPLATE_DAY);
        for (String content : List.of("a", "b", "c"))
            assertThat(template.render(List.of(ChatMessage.user(content)), false))
                    .isEqualTo(content);
    }

    @Test
    void aRenderingThatFailsHurtsNoOther() {
        ChatTemplate template = new ChatTemplate(
                "{% if messages[0]['content'] == 'no' %}{{ raise_exception('no') }}{% endif %}{{ messages[0]['content'] }}",
                Map.of(), BaseText.TEMPLATE_DAY);
        for (int round = 0; round < 3; round++) {
            assertThat(template.render(List.of(ChatMessage.user("yes")), false)).isEqualTo("yes");
            assertThatThrownBy(() -> template.render(List.of(ChatMessage.user("no")), false))
                    .isInstanceOf(TextException.class)
                    .hasMessageContaining("refuses this chat");
        }
    }
}
