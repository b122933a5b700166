package dev.tunedrop.functions.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.PromptTally;

/// What the index promises, on random counts.
class StabilityIndexTest {

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    private static List<Long> counts(Random random, int classes, int most) {
        return random.longs(classes, 0, most).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void itIsNeverNegativeAndTheSameBothWays(int seed) {
        Random random = new Random(seed);
        int classes = 2 + random.nextInt(30);
        List<Long> a = counts(random, classes, 1000);
        List<Long> b = counts(random, classes, 1000);
        assertThat(StabilityIndex.of(a, b)).isNotNegative();
        assertThat(StabilityIndex.of(a, b)).isCloseTo(StabilityIndex.of(b, a), within(1e-12));
        assertThat(StabilityIndex.of(a, a)).isZero();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theOrderOfClassesSaysNothing(int seed) {
        Random random = new Random(seed);
        List<Long> a = counts(random, 12, 500);
        List<Long> b = counts(random, 12, 500);
        List<Integer> order = new ArrayList<>(IntStream.range(0, 12).boxed().toList());
        Collections.shuffle(order, random);
        assertThat(StabilityIndex.of(
                        order.stream().map(a::get).toList(),
                        order.stream().map(b::get).toList()))
                .isCloseTo(StabilityIndex.of(a, b), within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theMoreOfAnotherPopulationIsMixedInTheLargerItIs(int seed) {
        Random random = new Random(seed);
        List<Long> own = counts(random, 10, 10_000);
        List<Long> other = counts(random, 10, 10_000);
        double before = 0;
        for (int tenths = 0; tenths <= 10; tenths++) {
            int share = tenths;
            List<Long> mixed = IntStream.range(0, 10)
                    .mapToObj(b -> own.get(b) * (10 - share) + other.get(b) * share)
                    .toList();
            double index = StabilityIndex.of(
                    mixed, own.stream().map(count -> 10 * count).toList());
            assertThat(index).isGreaterThanOrEqualTo(before - 1e-9);
            before = index;
        }
        assertThat(before).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void withManyOfEachItIsTheFormula(int times) {
        List<Long> a = List.of(60_000L * times, 40_000L * times);
        List<Long> b = List.of(50_000L * times, 50_000L * times);
        double exact = 0.1 * Math.log(0.6 / 0.5) - 0.1 * Math.log(0.4 / 0.5);
        assertThat(StabilityIndex.of(a, b)).isCloseTo(exact, within(1e-4));
    }

    private static PromptProfile drawn(Random random, int prompts, int shift, double longer) {
        PromptTally tally = new PromptTally();
        for (int i = 0; i < prompts; i++) {
            int length = (int) (longer * (8 + random.nextInt(40)));
            int[] ids = random.ints(length, 0, 3000)
                    .map(id -> shift + id * id / 3000)
                    .toArray();
            tally.add(ids, length);
        }
        return tally.profile();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void twoSamplesOfOnePopulationStayBelowTheUsualLineHoweverFew(int seed) {
        Random random = new Random(seed);
        PromptProfile rows = drawn(random, 40 + random.nextInt(500), 0, 1);
        PromptProfile asked = drawn(random, WatchDriftHandler.FEWEST + random.nextInt(900), 0, 1);
        assertThat(StabilityIndex.between(asked, rows).value()).isLessThan(0.2);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void longerPromptsAndOtherWordsAreAboveItAndEachIsNamed(int seed) {
        Random random = new Random(seed);
        PromptProfile rows = drawn(random, 400, 0, 1);
        StabilityIndex.Shift longer = StabilityIndex.between(drawn(random, WatchDriftHandler.FEWEST, 0, 4), rows);
        assertThat(longer.name()).isEqualTo("promptLengths");
        assertThat(longer.value()).isGreaterThan(0.2);
        PromptTally few = new PromptTally();
        for (int i = 0; i < 200; i++) few.add(random.ints(28, 0, 12).toArray(), 28);
        PromptTally all = new PromptTally();
        for (int i = 0; i < 200; i++) all.add(random.ints(28, 0, 3000).toArray(), 28);
        StabilityIndex.Shift words = StabilityIndex.between(few.profile(), all.profile());
        assertThat(words.name()).isEqualTo("promptTokens");
        assertThat(words.value()).isGreaterThan(0.2);
    }

    /// Lengths from a token to a thousand, of few rows: the plain index cries wolf.
    @Test
    void whatFewRowsMakeByChanceIsTakenOff() {
        double plain = 0;
        double beyond = 0;
        int draws = 200;
        for (int seed = 0; seed < draws; seed++) {
            Random random = new Random(seed);
            List<Long> rows = anyLength(random, 30);
            List<Long> asked = anyLength(random, WatchDriftHandler.FEWEST);
            plain += StabilityIndex.of(asked, rows) / draws;
            beyond += StabilityIndex.beyondChance(asked, WatchDriftHandler.FEWEST, rows, 30) / draws;
        }
        assertThat(plain).isGreaterThan(0.3);
        assertThat(beyond).isLessThan(0.1);
    }

    private static List<Long> anyLength(Random random, int count) {
        Long[] counts = new Long[11];
        java.util.Arrays.fill(counts, 0L);
        for (int i = 0; i < count; i++) counts[random.nextInt(counts.length)]++;
        return List.of(counts);
    }

    @Test
    void whatHasOtherClassesIsNotCompared() {
        assertThatThrownBy(() -> StabilityIndex.of(List.of(1L), List.of(1L, 2L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 classes");
    }
}
