package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.text.template.ChatTemplate;

/// Loss masks beside `{% generation %}` blocks, by which a template tells what the assistant writes and Python's
/// trainers make their masks: the same tokens, found without looking at the blocks.
final class GenerationBlocksTest {

    private static final char BEGIN = '\uE000';
    private static final char END = '\uE001';

    private static final String CHATML = """
            {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\\n' }}
            {%- if message.role == 'assistant' %}
            {%- generation %}{{- message.content + '<|im_end|>' }}{%- endgeneration %}
            {%- else %}{{- message.content + '<|im_end|>' }}{%- endif %}
            {{- '\\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}""";
    private static final String HEADERS = """
            {{- '<|begin_of_text|>' }}
            {%- for message in messages %}
            {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
            {%- if message['role'] == 'assistant' %}
            {%- generation %}{{- message['content'] | trim + '<|eot_id|>' }}{%- endgeneration %}
            {%- else %}{{- message['content'] | trim + '<|eot_id|>' }}{%- endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}""";
    private static final String TURNS = """
            {{- '<bos>' }}
            {%- for message in messages %}
            {%- if message['role'] == 'assistant' %}{{- '<start_of_turn>model\\n' }}
            {%- generation %}{{- message['content'] | trim + '<end_of_turn>' }}{%- endgeneration %}{{- '\\n' }}
            {%- else %}{{- '<start_of_turn>user\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{%- endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}{{- '<start_of_turn>model\\n' }}{%- endif %}""";
    private static final String INSTRUCTIONS = """
            {{- '<s>' }}
            {%- for message in messages %}
            {%- if message['role'] == 'assistant' %}
            {%- generation %}{{- message['content'] + '</s>' }}{%- endgeneration %}
            {%- else %}{{- '[INST]' + message['content'] + '[/INST]' }}{%- endif %}
            {%- endfor %}""";

    private static final List<String> WORDS = List.of(
            "Hello", "world", "it's", "naïve", "日本語", "🙂", "👩‍👩‍👧", "x=1", "1234567", "ß", "é", "العربية", "{{ x }}", "\n\n", "  ", ".");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> theMaskIsWhatTheBlocksSay() {
        return Stream.of(
                held("qwen2_5", CHATML), held("llama3_2", HEADERS), held("gemma2", TURNS), held("mistral_nemo", INSTRUCTIONS));
    }

    /// The claims on loss masks are held on every template there is at hand.
    @Test
    void everyTemplateOfTheSharedDataIsAmongTheBasesThatAreTried() throws IOException {
        try (Stream<Path> templates = Files.list(SharedData.root().resolve("chat_templates"))) {
            assertThat(SharedData.bases().stream().map(SharedData.Base::template).toList())
                    .containsAll(templates.toList());
        }
    }

    private DynamicTest held(String tokenizer, String template) {
        return DynamicTest.dynamicTest(tokenizer, () -> {
            Path file = folder.resolve(tokenizer + ".jinja");
            Files.writeString(file, template);
            SharedData.Base base = new SharedData.Base(tokenizer, SharedData.root().resolve("tokenizers/" + tokenizer), file);
            try (BaseText text = BaseText.load(SharedData.laidOut(base, folder.resolve(tokenizer)));
                    HuggingFaceTokenizer owners = SharedData.owners(base)) {
                ChatTemplate marked = new ChatTemplate(
                        template.replace("{%- generation %}", "{{- '" + BEGIN + "' }}")
                                .replace("{%- endgeneration %}", "{{- '" + END + "' }}"),
                        BaseTextFiles.read(base.tokenizer()).specialTokens(),
                        BaseText.TEMPLATE_DAY);
                Random random = new Random(11);
                int trained = 0;
                for (int round = 0; round < 60; round++) {
                    List<ChatMessage> chat = chat(random);
                    TokenizedChat tokenized = text.tokenize(chat);
                    boolean[] expected = mask(marked.render(chat, false), owners, tokenized);
                    assertThat(tokenized.trained()).as("round %d", round).isEqualTo(expected);
                    for (boolean each : expected) if (each) trained++;
                }
                assertThat(trained).isGreaterThan(500);
            }
        });
    }

    private static List<ChatMessage> chat(Random random) {
        List<ChatMessage> chat = new ArrayList<>();
        int turns = 1 + random.nextInt(4);
        for (int turn = 0; turn < turns; turn++) {
            chat.add(ChatMessage.user(text(random)));
            chat.add(ChatMessage.assistant(text(random)));
        }
        return chat;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder("w");
        int words = random.nextInt(8);
        for (int w = 0; w < words; w++) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
            if (random.nextBoolean()) text.append(' ');
        }
        return text.append('w').toString();
    }

    /// The tokens whose characters lie within a block, as the owner's tokenizer places them.
    private static boolean[] mask(String marked, HuggingFaceTokenizer owners, TokenizedChat tokenized) {
        StringBuilder rendered = new StringBuilder();
        List<Boolean> written = new ArrayList<>(); // of each code point
        boolean within = false;
        for (int point : marked.codePoints().toArray()) {
            if (point == BEGIN || point == END) {
                within = point == BEGIN;
                continue;
            }
            rendered.appendCodePoint(point);
            written.add(within);
        }
        Encoding encoding = owners.encode(rendered.toString(), false, false);
        CharSpan[] spans = encoding.getCharTokenSpans();
        assertThat(tokenized.ids()).isEqualTo(SharedData.ids(owners, rendered.toString()));
        boolean[] mask = new boolean[spans.length];
        for (int t = 0; t < mask.length; t++)
            mask[t] = written.subList(spans[t].getStart(), spans[t].getEnd()).stream().allMatch(each -> each);
        return mask;
    }
}
