package dev.tunedrop.endpoint.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class SamplerTest {

    private static final float[] LOGITS = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};

    private static Sampler sampler(double temperature, double topP, long seed) {
        return new Sampler(new Sampling(temperature, topP, seed, null, List.of()));
    }

    private static double[] shares(Sampler sampler, float[] logits) {
        double[] shares = new double[logits.length];
        int draws = 20_000;
        for (int i = 0; i < draws; i++) shares[sampler.next(logits)] += 1.0 / draws;
        return shares;
    }

    @Test
    void temperatureZeroTakesTheLikeliestAndTheLowestIdOfEquals() {
        Sampler greedy = sampler(0, 1, 1);
        assertThat(greedy.next(new float[] {-3, 2, 2, -1})).isEqualTo(1);
        assertThat(greedy.next(new float[] {-3, Float.NEGATIVE_INFINITY, -4})).isZero();
    }

    @Test
    void drawsFollowTheProbabilities() {
        double[] shares = shares(sampler(1, 1, 7), LOGITS);
        assertThat(shares[0]).isCloseTo(0.5, within(0.02));
        assertThat(shares[1]).isCloseTo(0.3, within(0.02));
        assertThat(shares[2]).isCloseTo(0.2, within(0.02));
    }

    @Test
    void halfTheTemperatureSquaresTheProbabilities() {
        double[] shares = shares(sampler(0.5, 1, 7), LOGITS);
        double sum = 0.25 + 0.09 + 0.04;
        assertThat(shares[0]).isCloseTo(0.25 / sum, within(0.02));
        assertThat(shares[2]).isCloseTo(0.04 / sum, within(0.02));
    }

    @Test
    void theNucleusIsTheSmallestSetThatReachesTopP() {
        double[] shares = shares(sampler(1, 0.6, 7), LOGITS);
        assertThat(shares[0]).isCloseTo(0.5 / 0.8, within(0.02));
        assertThat(shares[1]).isCloseTo(0.3 / 0.8, within(0.02));
        assertThat(shares[2]).isZero();
        assertThat(shares(sampler(1, 0.01, 7), LOGITS)[0]).isCloseTo(1, within(1e-9));
    }

    @Test
    void theNucleusOfAFlatRowIsItsShareOfTheRow() {
        float[] flat = new float[1000];
        Sampler sampler = sampler(1, 0.25, 3);
        assertThat(IntStream.range(0, 5000)
                        .map(i -> sampler.next(flat))
                        .distinct()
                        .count())
                .isBetween(240L, 251L);
    }

    @Test
    void oneSeedDrawsOneSequence() {
        Sampler first = sampler(1, 0.95, 42);
        Sampler second = sampler(1, 0.95, 42);
        Sampler other = sampler(1, 0.95, 43);
        int[] drawn = IntStream.range(0, 100).map(i -> first.next(LOGITS)).toArray();
        assertThat(IntStream.range(0, 100).map(i -> second.next(LOGITS)).toArray())
                .isEqualTo(drawn);
        assertThat(IntStream.range(0, 100).map(i -> other.next(LOGITS)).toArray())
                .isNotEqualTo(drawn);
    }

    @Test
    void logitsThatAreNoNumbersAreRefused() {
        assertThatThrownBy(() -> sampler(1, 1, 1).next(new float[] {0, Float.NaN}))
                .hasMessage("the logit of token 1 is NaN");
        assertThatThrownBy(() -> sampler(0, 1, 1).next(new float[] {Float.POSITIVE_INFINITY, 0}))
                .hasMessageContaining("Infinity");
    }
}
