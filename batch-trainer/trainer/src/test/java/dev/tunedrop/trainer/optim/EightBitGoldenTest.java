package dev.tunedrop.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.MemorySettings.Optimizer;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.model.Parameter;
import dev.tunedrop.trainer.quant.DynamicCode;

/// Moments in 8 bits beside an implementation of their own in PyTorch (`benchmarks/peer/adam8bit.py`), which was
/// written from the paper: code books, codes, scales and weights over twenty steps.
class EightBitGoldenTest {

    private static final int COUNT = 4200;
    private static final int STEPS = 20;
    private static final double STEP = 0.01;

    /// Scales and weights are fp32 sums of a few roundings, in another order there.
    private static final double ROUNDING = 5e-7;

    private static JsonNode golden;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream json = EightBitGoldenTest.class.getResourceAsStream("adam8bit.json")) {
            golden = new ObjectMapper().readTree(Objects.requireNonNull(json));
        }
    }

    @Test
    void bothCodeBooksAreTheRulesToTheBit() {
        assertThat(DynamicCode.code()).isEqualTo(floats(golden.get("signed")));
        assertThat(DynamicCode.unsigned()).isEqualTo(floats(golden.get("unsigned")));
    }

    @Test
    void twentyStepsGiveTheSameCodesAndWithinRoundingTheSameScalesAndWeights() {
        long seed = golden.get("seed").longValue();
        try (NDManager manager = LtEngine.instance().newBaseManager()) {
            Shape shape = new Shape(COUNT);
            Parameter weight =
                    new Parameter("w", manager.create(draw(seed, -1), shape), manager.zeros(shape, DataType.FLOAT32));
            AdamW.Options options = new AdamW.Options(0.01, Optimizer.ADAMW_8BIT, false);
            try (AdamW optimiser = new AdamW(List.of(weight), options, manager)) {
                for (int step = 1; step <= STEPS; step++) {
                    weight.gradient().set(draw(seed, step));
                    optimiser.step(STEP, 1);
                    JsonNode after = golden.get("after").get(String.valueOf(step));
                    if (after != null) compare(after, optimiser, weight);
                }
            }
        }
    }

    private static void compare(JsonNode after, AdamW optimiser, Parameter weight) {
        for (String moment : List.of("first", "second")) {
            assertThat(bytes(state(optimiser, moment + "-codes.w")))
                    .as("codes of the %s moment", moment)
                    .isEqualTo(bytes(after.get(moment + "Codes")));
            near(
                    state(optimiser, moment + "-scales.w").toFloatArray(),
                    floats(after.get(moment + "Scales")),
                    0,
                    "scale of the " + moment + " moment");
        }
        near(weight.master().toFloatArray(), floats(after.get("weight")), 2, "weight");
    }

    private static NDArray state(AdamW optimiser, String name) {
        return Objects.requireNonNull(optimiser.state().get(name), name);
    }

    /// @param least magnitude that a rounding is relative to: a weight whose second moment became 0 moves by far more
    /// than a step, there and back
    private static void near(float[] actual, float[] expected, double least, String what) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++)
            assertThat(Math.abs(actual[i] - expected[i])).as("%s %d", what, i).isLessThanOrEqualTo((float)
                    (ROUNDING * Math.max(least, Math.abs(expected[i]))));
    }

    /// The generator's numbers: 24 and 3 bits of a hash.
    private static float[] draw(long seed, int step) {
        float[] numbers = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            long bits = (i + 1) * 2654435761L + (step + 1) * 2246822519L + seed * 3266489917L & 0xFFFFFFFFL;
            bits = (bits ^ bits >> 15) * 2246822519L & 0xFFFFFFFFL;
            bits ^= bits >> 13;
            numbers[i] = ((bits >> 8) - (1 << 23)) / (float) (1 << 23) * (float) Math.pow(2, -3.0 * (bits & 7));
        }
        return numbers;
    }

    /// The codes of what is not filled up.
    private static byte[] bytes(NDArray codes) {
        byte[] all = new byte[COUNT];
        codes.toByteBuffer().get(all);
        return all;
    }

    private static byte[] bytes(JsonNode base64) {
        return Base64.getDecoder().decode(base64.asText());
    }

    private static float[] floats(JsonNode base64) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(base64)).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }
}
