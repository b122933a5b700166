package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;

import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.weights.Projection;

class ActivationBudgetTest {

    private static final long GIB = 1L << 30;
    private static final long ADAPTER_8B = 42_000_000;
    private static final long LAYER_8B = 2 * 218_103_808L;

    @Test
    void aLargeGpuKeepsActivationsAndOpenWeights() {
        ActivationBudget budget = ActivationBudget.ofFree(134 * GIB, ADAPTER_8B, LAYER_8B);
        assertThat(budget.bytes()).isBetween(120 * GIB, 128 * GIB);
        assertThat(budget.opensBriefly()).isFalse();
    }

    @Test
    void aSmallGpuComputesAgainAndHoldsOneOpenWeight() {
        assertThat(ActivationBudget.ofFree(5 * GIB, ADAPTER_8B, LAYER_8B))
                .extracting(ActivationBudget::opensBriefly)
                .isEqualTo(true);
        assertThat(ActivationBudget.ofFree(GIB, ADAPTER_8B, LAYER_8B).bytes()).isEqualTo(1);
    }

    @Test
    void whatIsAskedForIsTaken() {
        BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true);
        assertThat(ActivationBudget.of(options.withActivationBytes(7), Device.cpu(), 1, 1))
                .isEqualTo(new ActivationBudget(7, false));
        assertThat(ActivationBudget.of(options.withActivationBytes(0), Device.cpu(), 1, 1))
                .isEqualTo(new ActivationBudget(0, true));
    }

    @Test
    void ofWeightsThatAreOpenedBrieflyOnlyTheLargestCounts() {
        LayerWeights weights = new LayerWeights(
                0,
                Map.of(),
                Map.of(Projection.QUERY, open(3), Projection.KEY, open(5), Projection.VALUE, open(7)),
                Map.of());
        assertThat(weights.openBytes()).isEqualTo(15);
        assertThat(weights.briefly().openBytes()).isEqualTo(7);
    }

    private static LayerWeights.Source open(long bytes) {
        return new LayerWeights.Source() {
            @Override
            public Linear open(NDManager scope, Draw draw) {
                throw new IllegalStateException("nothing is opened here");
            }

            @Override
            public long openBytes() {
                return bytes;
            }
        };
    }
}
