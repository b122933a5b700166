package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceLossTest {

    private static final PreferenceLoss PLAIN = new PreferenceLoss(0.1, 0);
    private static final PreferenceLoss.Pair REFERENCE = new PreferenceLoss.Pair(-40, -30);

    @Test
    void aModelThatAgreesWithTheReferenceIsATossedCoin() {
        for (double smoothing : new double[] {0, 0.3}) {
            PreferenceLoss.Judged judged = new PreferenceLoss(0.1, smoothing).judge(REFERENCE, REFERENCE);
            assertThat(judged.loss()).isCloseTo(Math.log(2), within(1e-15));
            assertThat(judged.chosenReward()).isZero();
            assertThat(judged.rejectedReward()).isZero();
            assertThat(judged.slope()).isCloseTo(0.1 * (smoothing - 0.5), within(1e-15));
        }
    }

    @Test
    void aRewardIsBetaTimesWhatTheModelThinksMoreOfTheAnswer() {
        PreferenceLoss.Judged judged = PLAIN.judge(new PreferenceLoss.Pair(-35, -45), REFERENCE);
        assertThat(judged.chosenReward()).isCloseTo(0.5, within(1e-12));
        assertThat(judged.rejectedReward()).isCloseTo(-1.5, within(1e-12));
        assertThat(judged.loss()).isCloseTo(Math.log(1 + Math.exp(-2)), within(1e-12));
    }

    /// With smoothing ε the loss is least where σ(βΔ) = 1 - ε.
    @Test
    void smoothingBoundsTheMarginThatPays() {
        double best = Math.log(0.9 / 0.1) / 0.5;
        PreferenceLoss smoothed = new PreferenceLoss(0.5, 0.1);
        assertThat(smoothed.judge(new PreferenceLoss.Pair(best, 0), new PreferenceLoss.Pair(0, 0))
                        .slope())
                .isCloseTo(0, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e5, 1e5})
    void marginsBeyondTheRangeOfExpStayFinite(double far) {
        PreferenceLoss.Judged judged = PLAIN.judge(new PreferenceLoss.Pair(far, 0), new PreferenceLoss.Pair(0, 0));
        assertThat(judged.loss()).isCloseTo(far < 0 ? 1e4 : 0, within(1e-9));
        assertThat(judged.slope()).isCloseTo(far < 0 ? -0.1 : 0, within(1e-9));
    }
}
