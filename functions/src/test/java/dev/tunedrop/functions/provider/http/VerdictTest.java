package dev.tunedrop.functions.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is handed on of a refusal.
class VerdictTest {

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 408, 422, 429, 500})
    void theServicesOwnSentenceIsNotHandedOnSinceItMayQuoteTrainingText(int status) {
        String body =
                "{\"error\":{\"message\":\"line 3 is bad: hush\",\"type\":\"t\",\"code\":\"c_1\",\"param\":\"file\"}}";
        Verdict verdict = Verdict.of(new Answer(status, body.getBytes(StandardCharsets.UTF_8)), object -> true);
        assertThat(verdict.toString()).contains("answered " + status + " c_1").doesNotContain("hush", "line");
        if (status == 400) assertThat(verdict.toString()).contains("(file)");
    }
}
