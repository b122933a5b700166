package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class TokenDrawsTest {

    private static final TokenDraws DRAWS = TokenDraws.of(42, 7, new long[] {30, 4}, new int[] {100, 300});

    @Test
    void aTokensNumbersDoNotDependOnTheRowsAroundIt() {
        TokenDraws alone = TokenDraws.of(42, 7, new long[] {4}, new int[] {300});
        assertThat(alone.states()).isEqualTo(java.util.Arrays.copyOfRange(DRAWS.states(), 100, 400));
    }

    @Test
    void seedStepRowPositionAndPlaceEachChangeThem() {
        assertThat(java.util.Arrays.stream(DRAWS.states()).distinct()).hasSize(400);
        assertThat(TokenDraws.of(43, 7, new long[] {4}, new int[] {1}).states()[0])
                .isNotEqualTo(DRAWS.states()[100]);
        assertThat(TokenDraws.of(42, 8, new long[] {4}, new int[] {1}).states()[0])
                .isNotEqualTo(DRAWS.states()[100]);
        assertThat(DRAWS.values(TokenDraws.place("a"), 3, bits -> bits))
                .isNotEqualTo(DRAWS.values(TokenDraws.place("b"), 3, bits -> bits));
    }

    /// 20,400 draws: the share of zeros is within five standard deviations of p, and what is kept is scaled up.
    @Test
    void dropoutZeroesAShareAndScalesTheRest() {
        try (NDManager manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu())) {
            NDArray ones = manager.ones(new Shape(400, 51), DataType.FLOAT32);
            float[] dropped =
                    DropoutMask.apply(new DropoutMask(DRAWS, 5, 0.25), ones).toFloatArray();
            int zeros = 0;
            for (float value : dropped) {
                if (value == 0) zeros++;
                else assertThat(value).isEqualTo((float) (1 / 0.75));
            }
            double deviation = Math.sqrt(0.25 * 0.75 / dropped.length);
            assertThat(zeros / (double) dropped.length).isCloseTo(0.25, within(5 * deviation));
        }
    }

    /// Uniform in ±α/√(L C): a variance of a third of the bound's square, each row with its own length.
    @Test
    void noiseIsUniformWithABoundOfTheRowsOwnLength() {
        try (NDManager manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu())) {
            NDArray x = manager.zeros(new Shape(400, 51), DataType.FLOAT32);
            float[] noise =
                    new EmbeddingNoise(DRAWS, new int[] {100, 300}, 5).addTo(x).toFloatArray();
            int from = 0;
            for (int length : new int[] {100, 300}) {
                double bound = 5 / Math.sqrt(length * 51);
                double squares = 0;
                double largest = 0;
                for (int i = from; i < from + length * 51; i++) {
                    squares += noise[i] * noise[i];
                    largest = Math.max(largest, Math.abs(noise[i]));
                }
                assertThat(largest).isLessThanOrEqualTo(bound * 1.000001).isGreaterThan(0.99 * bound);
                assertThat(squares / (length * 51) / (bound * bound)).isCloseTo(1 / 3.0, within(0.02));
                from += length * 51;
            }
        }
    }
}
