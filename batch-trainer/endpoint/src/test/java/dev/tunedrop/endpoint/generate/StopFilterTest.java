package dev.tunedrop.endpoint.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class StopFilterTest {

    private static String run(List<String> stops, String... parts) {
        StopFilter filter = new StopFilter(stops);
        StringBuilder out = new StringBuilder();
        for (String part : parts) {
            out.append(filter.accept(part));
            if (filter.stopped()) break;
        }
        return out + filter.finish();
    }

    @Test
    void textBeforeTheFirstStopTextIsAllThereIs() {
        assertThat(run(List.of("STOP"), "one STOP two")).isEqualTo("one ");
        assertThat(run(List.of("b", "a"), "xx a b")).isEqualTo("xx ");
    }

    @Test
    void aStopTextMayComeInPieces() {
        assertThat(run(List.of("\n\n"), "line\n", "\nmore")).isEqualTo("line");
        assertThat(run(List.of("abab"), "xab", "aab", "ab!")).isEqualTo("xaba");
    }

    @Test
    void anOpeningThatCameToNothingIsHandedOut() {
        assertThat(run(List.of("<end>"), "a <en", "tity>")).isEqualTo("a <entity>");
        assertThat(run(List.of("<end>"), "a <en")).isEqualTo("a <en");
    }

    @Test
    void onlyWhatMayBecomeAStopTextIsHeldBack() {
        StopFilter filter = new StopFilter(List.of("###"));
        assertThat(filter.accept("word #")).isEqualTo("word ");
        assertThat(filter.accept("x")).isEqualTo("#x");
    }

    @Test
    void anyCutOfTheTextGivesTheSameAnswer() {
        Random random = new Random(5);
        List<String> stops = List.of("aab", "bb", "abca");
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 20; i++) text.append((char) ('a' + random.nextInt(3)));
            String whole = text.toString();
            int first = stops.stream()
                    .mapToInt(whole::indexOf)
                    .filter(at -> at >= 0)
                    .min()
                    .orElse(whole.length());
            assertThat(run(stops, whole.split(""))).isEqualTo(whole.substring(0, first));
        }
    }
}
