package dev.tunedrop.functions.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.checks.scan.SampleTexts;
import dev.tunedrop.functions.checks.scan.WordKeys;
import dev.tunedrop.functions.checks.sketch.Words;
import dev.tunedrop.functions.dataset.Row;

/// Words and languages as rows are read at speed, beside the same read one character after the other.
class WordTwinsTest {

    private final Languages languages = Languages.load();

    @Test
    void theWordsAreThoseOfReadingCharacterByCharacter() throws IOException {
        List<String> texts = SampleTexts.random(10_000, 11);
        texts.addAll(SampleTexts.shared());
        RowText row = new RowText();
        for (String text : texts) {
            row.clear();
            row.read(text.getBytes(StandardCharsets.UTF_8), text.length(), true);
            List<Long> expected = plainWords(text);
            List<Long> found = new ArrayList<>();
            for (int w = 0; w < row.words().count(); w++) found.add(row.words().group(w, 1));
            assertThat(found).as(text).isEqualTo(expected);
        }
    }

    /// What [Words] promises, said with code points.
    private static List<Long> plainWords(String text) {
        List<Long> words = new ArrayList<>();
        long key = 0;
        boolean open = false;
        for (int point : text.codePoints().toArray()) {
            boolean alone = point >= 0xe00
                    && (Character.isIdeographic(point) || point <= 0xeff || (point >= 0x3040 && point <= 0x30ff));
            boolean in = Character.isLetterOrDigit(point) || Character.getType(point) == Character.NON_SPACING_MARK;
            if (in && !alone) {
                key = WordKeys.next(key, Character.toLowerCase(point));
                open = true;
                continue;
            }
            if (open) words.add(hash(key));
            open = false;
            key = 0;
            if (alone) words.add(hash(point));
        }
        if (open) words.add(hash(key));
        return words;
    }

    private static long hash(long key) {
        return Words.mix(key);
    }

    @Test
    void theLanguageIsThatOfReadingCharacterByCharacter() throws IOException {
        List<String> texts = new ArrayList<>(SampleTexts.shared());
        texts.addAll(SampleTexts.random(3000, 17));
        Random random = new Random(2);
        int told = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Row.Message> messages = new ArrayList<>();
            messages.add(Rows.system("You are a system that is not read for its language."));
            StringBuilder talk = new StringBuilder();
            for (int m = random.nextInt(5); m >= 0; m--) {
                String text = texts.get(random.nextInt(texts.size()));
                messages.add(Rows.user(text));
                talk.append(text, 0, Math.min(text.length(), Languages.ENOUGH_CHARACTERS))
                        .append('\n');
            }
            String expected = languages.of(talk);
            Tallies tallies = new Tallies();
            new LanguageCheck(languages).see(SeenRow.of(1, new Row.Chat(messages)), tallies);
            String found = tallies.all().isEmpty()
                    ? null
                    : tallies.all().keySet().iterator().next();
            assertThat(found).as(talk.toString()).isEqualTo(expected == null ? null : "language/" + expected);
            if (expected != null) told++;
        }
        assertThat(told).isGreaterThan(100);
    }

    /// Texts about as English as is just enough, so that one word more or less decides.
    @Test
    void aTextThatIsCutInAWordIsReadAsFarAsItGoes() {
        String[] common = {"the", "and", "was", "with"};
        Random random = new Random(8);
        int told = 0;
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < Languages.ENOUGH_CHARACTERS + 20)
                text.append(random.nextInt(8) == 0 ? common[random.nextInt(4)] : "qzx".repeat(1 + random.nextInt(3)))
                        .append(' ');
            int split = random.nextInt(text.length());
            String first = text.substring(0, split);
            String second = text.substring(split);
            Tallies tallies = new Tallies();
            new LanguageCheck(languages)
                    .see(SeenRow.of(1, new Row.Chat(List.of(Rows.user(first), Rows.answer(second)))), tallies);
            String expected = languages.of(first + "\n" + second);
            assertThat(tallies.all().keySet()).isEqualTo(expected == null ? Set.of() : Set.of("language/" + expected));
            if (expected != null) told++;
        }
        assertThat(told).isBetween(300, 2700);
    }
}
