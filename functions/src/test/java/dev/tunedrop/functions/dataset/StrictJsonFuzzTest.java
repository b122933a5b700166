package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/// Whatever the bytes, both parsers answer the same value or none; what they accept Jackson accepts, and a defect has a
/// place within the line.
class StrictJsonFuzzTest {

    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @FuzzTest(maxDuration = "60s")
    void bothParsersSayTheSame(byte[] line) throws IOException {
        @Nullable JsonValue quick = new QuickJson().parse(line);
        JsonValue careful;
        try {
            careful = StrictJson.parseWithCare(line);
        } catch (JsonDefect refused) {
            assertThat(quick).isNull();
            assertThat(refused.at()).isBetween(0, line.length);
            return;
        }
        if (quick != null) assertThat(quick).isEqualTo(careful);
        assertThat(JACKSON.readTree(line)).isNotNull();
    }
}
