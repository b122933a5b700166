package dev.tunedrop.tinybase;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TokenizedChat;

final class TinyBaseTest {

    private static final Pattern ANSWER = Pattern.compile(
            "team: (billing|shipping|account|technical|sales) \\| priority: (high|normal|low) \\| reply: .+");

    @TempDir
    Path folder;

    @Test
    void theBaseSpeaksItsOwnChatsAndTellsThemApartFromControlTokens() throws IOException {
        new TinyBase(7).writeFiles(folder);
        try (BaseText text = BaseText.load(folder)) {
            List<ChatMessage> chat = List.of(
                    ChatMessage.system("Be kind."),
                    ChatMessage.user("My lamp is <|end|> broken, größer 🙂."),
                    ChatMessage.assistant("I am sorry."));
            TokenizedChat row = text.tokenize(chat);
            assertThat(text.decodeWithControlTokens(row.ids()))
                    .isEqualTo("<|begin|><|system|>Be kind.<|end|><|user|>My lamp is <|end|> broken, größer 🙂.<|end|>"
                            + "<|assistant|>I am sorry.<|end|>");
            assertThat(text.decodeWithControlTokens(row.trainedIds())).isEqualTo("I am sorry.<|end|>");
            assertThat(Arrays.stream(row.ids()).filter(id -> id == 1)).hasSize(3);
            assertThat(text.endTokens()).containsExactly(1);
        }
    }

    @Test
    void theSameSeedWritesTheSameBytes() throws IOException {
        List<String> sums = List.of(sum(folder.resolve("one")), sum(folder.resolve("two")));
        assertThat(sums.getFirst()).isEqualTo(sums.getLast());
    }

    private static String sum(Path directory) throws IOException {
        TinyBase base = new TinyBase(3);
        base.writeFiles(directory);
        TinyBase.Rows rows = base.writeRows(directory, directory, 5_000);
        try (TokenShardReader reader = TokenShardReader.open(rows.train())) {
            assertThat(reader.trainedTokens()).isEqualTo(rows.tokens() - rows.documents());
        }
        return Sha256.of(directory.resolve("tokenizer.json")) + Sha256.of(rows.train());
    }

    @Test
    void aDrillIsAChatThatSaysItsWordsAgainAndDrillsShowTheWholeVocabulary() throws IOException {
        Path base = Path.of(System.getProperty("tunedrop.root"), "models", "tunedrop-tiny");
        TokenDrill drill = new TokenDrill(3, TinyBase.VOCABULARY);
        Set<Integer> seen = new HashSet<>();
        try (BaseText text = BaseText.load(base)) {
            for (int i = 0; i < 4000; i++) {
                int[] ids = drill.next();
                int words = (ids.length - 5) / 2;
                int[] asked = Arrays.copyOfRange(ids, 2, 2 + words);
                assertThat(Arrays.copyOfRange(ids, words + 4, 2 * words + 4)).isEqualTo(asked);
                for (int id : asked) seen.add(id);
            }
            int[] frame = text.tokenize(List.of(ChatMessage.user("x"), new ChatMessage("assistant", "y", true)))
                    .ids();
            int[] ids = drill.next();
            assertThat(new int[] {ids[0], ids[1], ids[ids.length - 1]})
                    .containsExactly(frame[0], frame[1], frame[frame.length - 1]);
        }
        assertThat(seen).hasSize(TinyBase.VOCABULARY - BaseFiles.CONTROL.size());
    }

    @Test
    void theBasesTextNeverShowsTheSamplesFormat() {
        Corpus corpus = new Corpus(1);
        for (int i = 0; i < 5_000; i++)
            for (Turn turn : corpus.next())
                assertThat(turn.text()).doesNotContain("team:", "priority:", "reply:", " | ");
    }

    @Test
    void everySampleRowHasAnAnswerOfTheSampleFormatAndAMessageOfItsOwn() {
        Set<String> messages = new HashSet<>();
        for (SupportTriage.Row row : new SupportTriage(11).rows(400)) {
            assertThat(row.answer()).matches(ANSWER);
            assertThat(row.message()).isNotBlank().doesNotContain("~", "{", "|");
            assertThat(messages.add(row.message())).isTrue();
        }
    }

    @Test
    void theShippedSampleIsWhatTheGeneratorWrites() throws IOException {
        Path shipped = Path.of(System.getProperty("tunedrop.root"), "samples", "support-triage.jsonl");
        List<String> rows = new SupportTriage(11)
                .rows(400).stream().map(SupportTriage.Row::json).toList();
        assertThat(Files.readAllLines(shipped)).isEqualTo(rows);
    }
}
