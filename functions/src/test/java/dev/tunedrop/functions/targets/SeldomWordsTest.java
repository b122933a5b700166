package dev.tunedrop.functions.targets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.checks.SeenRow;
import dev.tunedrop.functions.checks.scan.TextScan;
import dev.tunedrop.functions.dataset.Row;

/// Words found by their marks beside a search of the whole text.
class SeldomWordsTest {

    private static final List<List<String>> LISTS = List.of(
            List.of("<|endoftext|>", "<|im_start|>", "<"),
            List.of("User:", "Bot:", "<image>", "[EOS]"),
            List.of("no mark", "a_", "@é"));

    private static final List<String> PIECES = List.of(
            "<",
            "|",
            "endoftext",
            "|>",
            "im_start",
            "User",
            ":",
            "Bot:",
            "[",
            "EOS]",
            "image>",
            "no mark",
            "a",
            "_",
            "@",
            "é",
            " ",
            "日",
            "<|im_start|>",
            "<image>",
            "x");

    @Test
    void theListsAreThoseOfSearchingTheWholeText() {
        SeldomWords words = new SeldomWords(LISTS);
        Random random = new Random(3);
        long seen = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int p = random.nextInt(7); p > 0; p--) text.append(PIECES.get(random.nextInt(PIECES.size())));
            if (i % 1000 == 0) text.append("<".repeat(TextScan.MOST_MARKS)).append("Bot:");
            long expected = 0;
            for (int list = 0; list < LISTS.size(); list++)
                if (LISTS.get(list).stream().anyMatch(text.toString()::contains)) expected |= 1L << list;
            SeenRow row = SeenRow.of(1, new Row.Labelled("before: <", text.toString()));
            assertThat(words.in(row, 1)).as(text.toString()).isEqualTo(expected);
            seen |= expected;
        }
        assertThat(seen).isEqualTo(7);
    }
}
