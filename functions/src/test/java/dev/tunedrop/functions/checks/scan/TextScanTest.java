package dev.tunedrop.functions.checks.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/// What the scan says beside what [PlainScan] counts one character after the other.
class TextScanTest {

    private final TextScan scan = new TextScan();

    @Test
    void theScanSaysWhatCountingSays() throws IOException {
        List<String> texts = SampleTexts.random(20_000, 5);
        texts.addAll(SampleTexts.shared());
        int measured = 0;
        for (String text : texts) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            scan.over(utf8);
            TextFacts facts = scan.facts();
            PlainScan plain = new PlainScan(utf8);
            assertThat(facts.ascii()).as(text).isEqualTo(plain.ascii);
            assertThat(facts.longWord()).as(text).isEqualTo(plain.longestWord >= TextScan.LONG_WORD);
            assertThat(facts.rule()).as(text).isEqualTo(plain.longestRule >= TextScan.RULE);
            assertThat(facts.digitRow()).as(text).isEqualTo(plain.longestRow >= TextScan.LONG_NUMBER);
            assertThat(facts.unbroken()).as(text).isBetween(plain.longestRun - 14, plain.longestRun);
            assertThat(facts.digitsAfterPlus())
                    .as(text)
                    .isEqualTo(plain.afterPlus < TextScan.SHORTEST_CALL ? 0 : plain.afterPlus);
            for (char mark : TextScan.MARKS.toCharArray())
                assertThat(facts.has(mark)).as(text).isEqualTo(text.indexOf(mark) >= 0);
            List<Integer> marks = new ArrayList<>();
            for (int m = 0; m < Math.min(scan.markCount(), TextScan.MOST_MARKS); m++) marks.add(scan.mark(m));
            assertThat(marks).as(text).isEqualTo(plain.marks);
            if (plain.longestNumber > 6 || plain.longestNumber < 2 || facts.mostSeparators() > 0) {
                assertThat(facts.longestNumber()).as(text).isEqualTo(plain.longestNumber);
                measured++;
            } else {
                assertThat(facts.longestNumber()).as(text).isBetween(plain.longestNumber, 6);
            }
            assertThat(facts.mostSeparators())
                    .as(text)
                    .isEqualTo(facts.mostSeparators() == 0 && plain.longestWithin < 7 ? 0 : plain.mostSeparators);
        }
        assertThat(measured).isGreaterThan(1000);
    }

    /// Every mark is told from the others by its lowest six bits.
    @Test
    void noTwoMarksShareABit() {
        assertThat(TextScan.MARKS.chars().map(mark -> mark & 0x3f).distinct().count())
                .isEqualTo(TextScan.MARKS.length());
    }

    @Test
    void moreMarksThanAreListedAreCounted() {
        scan.over("<".repeat(TextScan.MOST_MARKS + 9).getBytes(StandardCharsets.US_ASCII));
        Marks marks = new Marks();
        marks.add(scan);
        assertThat(scan.markCount()).isEqualTo(TextScan.MOST_MARKS + 9);
        assertThat(marks.all(0)).isFalse();
        assertThat(marks.first(1)).isEqualTo(TextScan.MOST_MARKS);
    }
}
