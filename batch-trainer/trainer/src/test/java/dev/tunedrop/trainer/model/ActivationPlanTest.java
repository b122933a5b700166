package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.tunedrop.trainer.model.ActivationPlan.LayerBytes;

class ActivationPlanTest {

    private static final long MIB = 1L << 20;

    /// Llama 3.1 8B at 4,096 tokens, weights opened in bf16.
    private static final LayerBytes LAYER_8B = new LayerBytes(32 * MIB, 97 * MIB, 369 * MIB, 1032 * MIB);

    @Test
    void noPlanHoldsMoreThanIsAllowedUnlessTheLeastDoes() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            LayerBytes layer = layer(random);
            int layers = 1 + random.nextInt(12);
            long allowed = random.nextLong(2L * layers * layer.all() + 2);
            ActivationPlan plan = ActivationPlan.of(layer, layers, allowed);
            ActivationPlan least = ActivationPlan.each(Keep.INPUT, layers);
            assertThat(plan.layers()).hasSize(layers);
            if (least.held(layer) > allowed) assertThat(plan).isEqualTo(least);
            else assertThat(plan.held(layer)).isLessThanOrEqualTo(allowed);
        }
    }

    @Test
    void moreBytesNeverKeepLessOfAnyLayer() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            LayerBytes layer = layer(random);
            int layers = 1 + random.nextInt(12);
            long allowed = random.nextLong(2L * layers * layer.all() + 2);
            ActivationPlan fewer = ActivationPlan.of(layer, layers, allowed);
            ActivationPlan more = ActivationPlan.of(layer, layers, allowed + random.nextLong(layer.all() + 1));
            for (int at = 0; at < layers; at++) assertThat(more.of(at)).isGreaterThanOrEqualTo(fewer.of(at));
        }
    }

    /// What is held is counted anew, layer by layer, as a pass goes: forward holds a whole layer beside what waits.
    @Test
    void whatIsHeldIsTheMostOfEveryMomentOfThePass() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            LayerBytes layer = layer(random);
            int layers = 1 + random.nextInt(12);
            ActivationPlan plan = ActivationPlan.of(layer, layers, random.nextLong(2L * layers * layer.all() + 2));
            long waiting = 0;
            long most = 0;
            for (int at = 0; at < layers; at++) {
                most = Math.max(most, waiting + layer.all());
                waiting += layer.of(plan.of(at));
                most = Math.max(most, waiting);
            }
            for (int at = layers - 1; at >= 0; at--) {
                waiting -= layer.of(plan.of(at));
                most = Math.max(most, waiting + layer.all());
            }
            assertThat(plan.held(layer)).isEqualTo(most);
        }
    }

    @Test
    void enoughForEverythingKeepsEverythingAndNothingKeepsInputs() {
        assertThat(ActivationPlan.of(LAYER_8B, 32, 32 * LAYER_8B.all()))
                .isEqualTo(ActivationPlan.each(Keep.ALL, 32))
                .hasToString("every layer keeps everything");
        for (long allowed : new long[] {-5, 0, 1, 31 * LAYER_8B.input() + LAYER_8B.all() - 1})
            assertThat(ActivationPlan.of(LAYER_8B, 32, allowed))
                    .isEqualTo(ActivationPlan.each(Keep.INPUT, 32))
                    .hasToString("every layer keeps the input");
    }

    @Test
    void theLastLayerKeepsAllBeforeAnyOtherKeepsMore() {
        ActivationPlan plan = ActivationPlan.of(LAYER_8B, 32, 31 * LAYER_8B.input() + LAYER_8B.all());
        assertThat(plan).hasToString("31 layers keep the input, 1 layer keeps everything");
        assertThat(plan.of(31)).isEqualTo(Keep.ALL);
    }

    @Test
    void aCardOf24GibKeepsTheProductsOfTheLayersThatWaitTheShortestTime() {
        ActivationPlan plan = ActivationPlan.of(LAYER_8B, 32, 11L << 10 << 20);
        assertThat(plan)
                .hasToString("5 layers keep input and attention, 26 layers keep the products' results,"
                        + " 1 layer keeps everything");
        assertThat(plan.of(4)).isEqualTo(Keep.ATTENTION);
        assertThat(plan.of(5)).isEqualTo(Keep.PRODUCTS);
    }

    private static LayerBytes layer(Random random) {
        long input = random.nextLong(50);
        long attention = input + random.nextLong(100);
        long products = attention + random.nextLong(300);
        return new LayerBytes(input, attention, products, products + random.nextLong(500));
    }
}
