package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;

import dev.tunedrop.trainer.weights.Llama;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.RopeConfig;

class LookupTableTest {

    private static final long GIB = 1L << 30;
    private static final BaseOptions QLORA = BaseOptions.of(DataType.BFLOAT16, true);

    @Test
    void anEmbeddingWaitsWithTheHostWhereTheModelBarelyFits() {
        assertThat(LookupTable.waitsOnHost(llama8b(), QLORA, 8 * GIB)).isTrue();
        assertThat(LookupTable.waitsOnHost(llama8b(), QLORA, 12 * GIB)).isFalse();
        assertThat(LookupTable.waitsOnHost(llama8b(), BaseOptions.of(DataType.BFLOAT16, false), 16 * GIB))
                .isTrue();
    }

    @Test
    void itDoesWhereSoLittleWasAskedForAndNotWhereMoreWas() {
        assertThat(LookupTable.waitsOnHost(llama8b(), QLORA.withActivationBytes(0), 130 * GIB))
                .isTrue();
        assertThat(LookupTable.waitsOnHost(llama8b(), QLORA.withActivationBytes(1), GIB))
                .isFalse();
    }

    private static ModelConfig llama8b() {
        return new ModelConfig(
                new Llama(),
                128_256,
                4096,
                14_336,
                32,
                32,
                8,
                128,
                1e-5,
                new RopeConfig(500_000, new RopeConfig.None(), RopeConfig.Precision.FP32),
                false,
                131_072,
                0.02,
                List.of());
    }
}
