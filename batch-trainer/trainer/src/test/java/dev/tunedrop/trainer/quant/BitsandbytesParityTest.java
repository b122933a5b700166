package dev.tunedrop.trainer.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.trainer.SharedData;

/// Against tensors that bitsandbytes itself wrote, bit for bit.
class BitsandbytesParityTest {

    static Stream<Arguments> cases() {
        return Stream.of("minilm_q", "ts656k_gate")
                .flatMap(weight -> Stream.of("f32", "bf16").map(type -> Arguments.of(weight, type)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void packedCodesAndScalesAreTheSame(String weight, String type) {
        try (Safetensors golden = golden()) {
            Nf4.Blocks blocks = Nf4.quantise(input(golden, weight, type));
            String name = weight + ".nf4." + type;
            assertThat(blocks.packed()).isEqualTo(SharedData.bytes(golden, name + ".packed"));
            assertThat(blocks.packed()).isEqualTo(SharedData.bytes(golden, name + ".dq.packed"));
            assertThat(blocks.absmax()).isEqualTo(SharedData.floats(golden, name + ".absmax"));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nestedScalesAreTheSame(String weight, String type) {
        try (Safetensors golden = golden()) {
            String name = weight + ".nf4." + type + ".dq";
            NestedScales nested =
                    NestedScales.of(Nf4.quantise(input(golden, weight, type)).absmax());
            assertThat(DynamicCode.code()).isEqualTo(SharedData.floats(golden, name + ".nested_code"));
            assertThat(nested.offset()).isEqualTo(SharedData.floats(golden, name + ".offset")[0]);
            assertThat(nested.codes()).isEqualTo(SharedData.bytes(golden, name + ".absmax_u8"));
            assertThat(nested.absmax()).isEqualTo(SharedData.floats(golden, name + ".nested_absmax"));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void dequantisedValuesAreTheSame(String weight, String type) {
        try (Safetensors golden = golden()) {
            String name = weight + ".nf4." + type;
            float[] values = input(golden, weight, type);
            Nf4.Blocks blocks = Nf4.quantise(values);
            float[] scales = NestedScales.of(blocks.absmax()).scales();
            float[] once = Nf4.dequantise(blocks.packed(), blocks.absmax(), values.length);
            float[] twice = Nf4.dequantise(blocks.packed(), scales, values.length);
            assertThat(rounded(once, type)).isEqualTo(SharedData.floats(golden, name + ".dequant"));
            assertThat(rounded(twice, type)).isEqualTo(SharedData.floats(golden, name + ".dq.dequant"));
        }
    }

    private static Safetensors golden() {
        return Safetensors.open(SharedData.path("golden/bnb_4bit_quant.safetensors"));
    }

    private static float[] input(Safetensors golden, String weight, String type) {
        return rounded(SharedData.floats(golden, weight + ".weight"), type);
    }

    private static float[] rounded(float[] values, String type) {
        if (type.equals("f32")) return values;
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) rounded[i] = bf16(values[i]);
        return rounded;
    }

    /// Round to nearest, ties to even.
    private static float bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7FFF + (bits >>> 16 & 1)) & 0xFFFF0000);
    }
}
