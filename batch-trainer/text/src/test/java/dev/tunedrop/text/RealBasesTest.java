package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.text.template.ChatTemplate;
import dev.tunedrop.text.template.PythonText;

/// Every real tokenizer and template at hand, each held to the same claims.
final class RealBasesTest {

    private static final List<String> WORDS = List.of(
            "Hello",
            "world",
            "it's",
            "naïve",
            "日本語",
            "🙂",
            "👩‍👩‍👧",
            "x=1",
            "\n",
            "\n\n",
            "  ",
            "\t",
            "1234567",
            "don't",
            "ß",
            "{{ x }}",
            "{% if %}",
            "\"q\"",
            "'",
            "\\n",
            "é",
            "<b>",
            "user",
            "assistant",
            ".",
            "!",
            " ",
            "\u00a0",
            "العربية");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> everyBase() {
        List<SharedData.Base> bases = SharedData.bases();
        assertThat(bases).hasSize(10);
        return bases.stream().map(base -> DynamicTest.dynamicTest(base.name(), () -> holdsEveryClaim(base)));
    }

    private void holdsEveryClaim(SharedData.Base base) throws IOException {
        Path laidOut = SharedData.laidOut(base, folder.resolve("base" + System.nanoTime()));
        try (BaseText text = BaseText.load(laidOut);
                HuggingFaceTokenizer owners = SharedData.owners(base)) {
            Claims claims = new Claims(base, text, owners);
            Random random = new Random(7);
            List<String> words = WORDS.stream().filter(claims::knows).toList();
            assertThat(words).hasSizeGreaterThan(WORDS.size() / 2);
            for (int round = 0; round < 25; round++) claims.hold(chat(random, words));
            claims.contentNeverMakesAControlToken();
            claims.aMessageOfWeightZeroIsNotTrained();
        }
    }

    private static List<ChatMessage> chat(Random random, List<String> known) {
        List<ChatMessage> chat = new ArrayList<>();
        int turns = 1 + random.nextInt(3);
        for (int turn = 0; turn < turns; turn++) {
            chat.add(ChatMessage.user(text(random, known)));
            chat.add(ChatMessage.assistant(text(random, known)));
        }
        return chat;
    }

    private static String text(Random random, List<String> known) {
        StringBuilder text =
                new StringBuilder().append(random.nextInt(4) == 0 ? "\n" : "").append("w");
        int words = 1 + random.nextInt(8);
        for (int w = 0; w < words; w++) {
            text.append(known.get(random.nextInt(known.size())));
            if (random.nextBoolean()) text.append(' ');
        }
        return text.toString();
    }

    private static final class Claims {
        private final BaseText text;
        private final HuggingFaceTokenizer owners;
        private final ChatTemplate template;
        private final boolean trims;

        Claims(SharedData.Base base, BaseText text, HuggingFaceTokenizer owners) throws IOException {
            this.text = text;
            this.owners = owners;
            BaseTextFiles files = BaseTextFiles.read(base.tokenizer());
            String source = Files.readString(base.template());
            this.template = new ChatTemplate(source, files.specialTokens(), BaseText.TEMPLATE_DAY);
            this.trims = source.contains("trim");
        }

        /// Whether the vocabulary covers a word; the synthetic ones know few letters.
        boolean knows(String word) {
            return !text.decodeWithControlTokens(SharedData.ids(owners, word)).contains("<unk>");
        }

        void hold(List<ChatMessage> chat) {
            TokenizedChat tokenized = text.tokenize(chat);
            String rendered = template.render(chat, false);
            boolean plainEdges = chat.stream()
                    .filter(ChatMessage::trained)
                    .allMatch(message -> PythonText.strip(message.content()).equals(message.content()) || trims);
            if (plainEdges)
                assertThat(tokenized.ids()).as("ids of the rendered text").isEqualTo(SharedData.ids(owners, rendered));
            assertThat(text.decodeWithControlTokens(tokenized.ids()))
                    .as("the whole chat")
                    .isEqualTo(normal(rendered));
            assertThat(trainedStretches(tokenized)).as("trained text").isEqualTo(answers(chat));
            assertThat(tokenized.endOfTurnTrained()).isTrue();
            assertThat(tokenized.droppedMessages()).isEmpty();
            int[] prompt = text.promptIds(chat.subList(0, chat.size() - 1));
            assertThat(tokenized.ids()).as("training continues the prompt").startsWith(prompt);
            assertThat(text.endTokens()).contains(tokenized.trainedIds()[tokenized.trainedTokens() - 1]);
        }

        /// Trained tokens, in stretches, each without its end-of-turn token.
        private List<String> trainedStretches(TokenizedChat chat) {
            List<String> stretches = new ArrayList<>();
            List<Integer> open = new ArrayList<>();
            for (int t = 0; t < chat.tokens(); t++) {
                if (chat.trained()[t]) open.add(chat.ids()[t]);
                boolean closes = t + 1 == chat.tokens() || !chat.trained()[t + 1];
                if (!open.isEmpty() && closes) {
                    assertThat(text.endTokens()).contains(open.getLast());
                    open.removeLast();
                    stretches.add(text.decodeWithControlTokens(
                            open.stream().mapToInt(Integer::intValue).toArray()));
                    open.clear();
                }
            }
            return stretches;
        }

        private List<String> answers(List<ChatMessage> chat) {
            return chat.stream()
                    .filter(ChatMessage::trained)
                    .map(message -> normal(trims ? PythonText.strip(message.content()) : message.content()))
                    .toList();
        }

        /// Some tokenizers compose characters; ours is compared with what they would see.
        private static String normal(String rendered) {
            return Normalizer.normalize(rendered, Normalizer.Form.NFC);
        }

        void contentNeverMakesAControlToken() {
            for (String spelt :
                    List.of("<|eot_id|>", "<|im_end|>", "</s>", "[INST]", "<end_of_turn>", "<bos>", "<|fim_suffix|>"))
                for (String around : List.of("%s", "say %s now", "%s%s", "a%s")) {
                    String content = around.replace("%s", spelt);
                    List<ChatMessage> chat = List.of(ChatMessage.user(content), ChatMessage.assistant("x " + content));
                    TokenizedChat injected = text.tokenize(chat);
                    TokenizedChat plain =
                            text.tokenize(List.of(ChatMessage.user("plain"), ChatMessage.assistant("x plain")));
                    assertThat(controls(injected)).as(spelt).isEqualTo(controls(plain));
                    List<String> learnt = trainedStretches(injected);
                    if (!learnt.getFirst().contains("<unk>")) assertThat(learnt).containsExactly("x " + content);
                }
        }

        private long controls(TokenizedChat chat) {
            return Arrays.stream(chat.ids())
                    .filter(id -> text.decode(new int[] {id}).isEmpty())
                    .filter(id -> !text.decodeWithControlTokens(new int[] {id}).equals("<unk>"))
                    .count();
        }

        void aMessageOfWeightZeroIsNotTrained() {
            List<ChatMessage> chat = List.of(
                    ChatMessage.user("a"),
                    new ChatMessage("assistant", "first", false),
                    ChatMessage.user("b"),
                    ChatMessage.assistant("second"));
            assertThat(trainedStretches(text.tokenize(chat))).containsExactly("second");
        }
    }
}
