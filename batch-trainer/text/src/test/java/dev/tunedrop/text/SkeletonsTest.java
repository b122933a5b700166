package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.tunedrop.text.template.ChatTemplate;

/// A chat put together from a skeleton is the chat that the template renders, or none is put together.
final class SkeletonsTest {

    private static final List<String> CONTENTS = List.of(
            "a",
            "  a",
            "a\n\n",
            "\u00a0a\u2003",
            "\u2003",
            " ",
            "",
            "false",
            "False",
            "None",
            "0",
            "7",
            "[]",
            "{}",
            "'",
            "\\n",
            "<|eot_id|>",
            "[INST]x[/INST]",
            "{{ bos_token }}",
            "{% raw %}",
            "\uE0A50\uE0A6",
            "<think>\nb\n</think>\n\na",
            "a🙂\u0000b",
            "x".repeat(5000));

    private static List<ChatMessage> chat(Random random) {
        List<ChatMessage> chat = new ArrayList<>();
        if (random.nextInt(3) == 0) chat.add(ChatMessage.system(content(random)));
        for (int turns = 1 + random.nextInt(3); turns > 0; turns--) {
            chat.add(ChatMessage.user(content(random)));
            if (turns > 1 || random.nextInt(4) > 0) chat.add(ChatMessage.assistant(content(random)));
        }
        return chat;
    }

    private static String content(Random random) {
        String one = CONTENTS.get(random.nextInt(CONTENTS.size()));
        return random.nextBoolean() ? "w" + one + "w" : random.nextBoolean() ? one + " w" : one;
    }

    private static ChatTemplate template(SharedData.Base base) throws IOException {
        return new ChatTemplate(
                Files.readString(base.template()),
                BaseTextFiles.read(base.tokenizer()).specialTokens(),
                BaseText.TEMPLATE_DAY);
    }

    @TestFactory
    Stream<DynamicTest> everyRealTemplateIsFollowedAndItsSkeletonsAreWhatItRenders() throws IOException {
        return SharedData.bases().stream()
                .map(base -> DynamicTest.dynamicTest(base.toString(), () -> {
                    ChatTemplate template = template(base);
                    assertThat(template.leavesAlone(List.of(ChatMessage.user("a"), ChatMessage.assistant("b"))))
                            .isTrue();
                    assertThat(alike(template, 400)).isGreaterThan(100);
                }));
    }

    /// How many chats were put together, each as it is rendered.
    private static int alike(ChatTemplate template, int chats) {
        Random random = new Random(23);
        Skeletons skeletons = new Skeletons(template);
        ContentFinder finder = new ContentFinder(template);
        int together = 0;
        for (int i = 0; i < chats; i++) {
            List<ChatMessage> chat = chat(random);
            boolean prompt = random.nextInt(4) == 0;
            RenderedChat put;
            try {
                put = skeletons.render(chat, prompt);
            } catch (TextException refused) {
                continue;
            }
            if (put == null) continue;
            assertThat(put).isEqualTo(finder.rendered(chat, List.of(), prompt));
            together++;
        }
        return together;
    }

    @Test
    void templatesOfManyMannersAreFollowedAndRenderTheirSkeletons() {
        for (String source : List.of(
                "{% for m in messages %}{{ m.role + ':' + m.content | trim + '\n' }}{% endfor %}",
                "{% for m in messages %}{{ (m.role + ':' + m.content) | trim ~ '\n' }}{% endfor %}",
                "{% for m in messages %}{{ m['role'] }}{{ (m['content'] + ' ') | trim }}{{ loop.index }}{% endfor %}",
                "{% for m in messages if m.role != 'system' %}{{ m.get('content') }};{% endfor %}",
                "{% set s = messages[0].content if messages[0].role == 'system' else '' %}{% if s %}<{{ s }}>{% endif %}"
                        + "{% for m in messages[1:] %}{{ m.content }}|{% endfor %}",
                "{% set ns = namespace(n=0) %}{% for m in messages %}{% if m.content is string %}{% set ns.n = ns.n + 1 %}"
                        + "{{ ns.n }}{{ m.content }}{% endif %}{% endfor %}",
                "{% for m in messages %}{% if m.role == 'tool' %}{{ m.content | tojson }}{% else %}{{ m.content }}!"
                        + "{% endif %}{% endfor %}",
                "{% if tools %}{{ tools | tojson }}{{ messages | tojson }}{% endif %}{{ messages | length }}"
                        + "{{ (messages | last).content }}",
                "{% for m in messages %}{% if m.content != none and m.content != '' %}{{ m.content }}{% endif %}.{% endfor %}")) {
            ChatTemplate template = new ChatTemplate(source, java.util.Map.of(), BaseText.TEMPLATE_DAY);
            assertThat(template.leavesAlone(List.of(ChatMessage.user("a"))))
                    .as(source)
                    .isTrue();
            assertThat(alike(template, 100)).as(source).isGreaterThan(20);
        }
    }

    /// What decides by a content, or writes it changed, must be rendered.
    @Test
    void templatesThatLookAtContentsAreNotFollowed() {
        for (String use : List.of(
                "{% if 'x' in m.content %}y{% endif %}",
                "{% if m.content == 'x' %}y{% endif %}",
                "{% if m.content != 'x' %}y{% endif %}",
                "{% if m.content in ['x', 'z'] %}y{% endif %}",
                "{% if m.content not in 'xz' %}y{% endif %}",
                "{% if m.content < 'x' %}y{% endif %}",
                "{% if m.content | length > 3 %}y{% endif %}",
                "{% if not m.content.startswith('x') %}y{% endif %}",
                "{% if m == messages[0] %}y{% endif %}",
                "{% if m.content is divisibleby 3 %}y{% endif %}",
                "{{ m.content | upper }}",
                "{{ m.content | trim('x') }}",
                "{{ m.content | tojson }}",
                "{{ m | tojson }}",
                "{{ m }}",
                "{{ messages }}",
                "{{ m.content[0] }}",
                "{{ m.content[1:] }}",
                "{{ m.content.split('</think>')[-1] }}",
                "{{ m.content.strip() }}",
                "{{ [m.content] }}",
                "{{ [m.content] | join }}",
                "{{ {'a': m.content} }}",
                "{{ ['a'] + m.content }}",
                "{{ 3 + m.content }}",
                "{{ 'a' * m.content }}",
                "{{ m.content - 1 }}",
                "{{ 'x' | replace('x', m.content) }}",
                "{{ {'x': 'y'}[m.content] }}",
                "{{ m['con' + 'tent'] }}",
                "{{ m.get('con' + 'tent') }}",
                "{{ m[key] }}",
                "{{ m.items() }}",
                "{{ m.values() | list }}",
                "{{ raise_exception(m.content) }}",
                "{{ messages | map(attribute='content') | join }}",
                "{{ (messages | selectattr('content', 'equalto', 'x') | list) | length }}",
                "{{ loop.previtem.content }}",
                "{% for c in m.content %}{{ c }}{% endfor %}",
                "{% for k in m %}{{ k }}{% endfor %}",
                "{% for k, v in m.items() %}{{ v }}{% endfor %}",
                "{% set x = m.content %}{% if x == 'x' %}y{% endif %}",
                "{% set x %}{{ m.content }}{% endset %}{{ x | length }}",
                "{% set ns = namespace() %}{% set ns.x = m.content %}{{ ns.x | length }}",
                "{% set x = '' %}{% set x = x + m.content %}{% if x == 'x' %}y{% endif %}",
                "{{ 'y' if m.content == 'x' else 'z' }}",
                "{{ 'y' if false and true or m.content == 'x' }}",
                "{% macro say(t) %}{{ t | length }}{% endmacro %}{{ say(m.content) }}",
                "{% if m.role == 'user' and m.content == 'x' %}y{% endif %}",
                "{{ m.content m.role }}",
                "{{ m.content && 'x' }}",
                "{{ !m.content }}")) {
            String source = "{% for m in messages %}" + use + "{% endfor %}";
            ChatTemplate template = new ChatTemplate(source, java.util.Map.of(), BaseText.TEMPLATE_DAY);
            assertThat(template.leavesAlone(List.of(ChatMessage.user("a"))))
                    .as(source)
                    .isFalse();
        }
    }

    @Test
    void chatsThatSayMoreThanRolesAndContentsAreRendered() throws IOException {
        ChatTemplate template = template(SharedData.bases().getFirst());
        ChatMessage user = ChatMessage.user("a");
        ChatMessage call =
                new ChatMessage("assistant", "", true, List.of(new ChatMessage.ToolCall("1", "f", "{}")), null);
        assertThat(template.leavesAlone(List.of(user))).isTrue();
        assertThat(template.leavesAlone(List.of(user, call))).isFalse();
        assertThat(template.leavesAlone(List.of(user, new ChatMessage("tool", "b", false, List.of(), "1"))))
                .isFalse();
        assertThat(template.leavesAlone(List.of(user, new ChatMessage("ipython", "b", false))))
                .isFalse();
        assertThat(template.leavesAlone(List.of(user, ChatMessage.assistant(" \n"))))
                .isFalse();
    }
}
