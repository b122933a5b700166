package dev.tunedrop.events.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;

class EmfTest {

    private static final Instant AT = Instant.ofEpochMilli(1_790_000_000_123L);
    private static final Map<String, String> ABOUT = Map.of("runId", "support-first-1", "reason", "no-route");

    private static String line() {
        Map<Metric, Number> values = new LinkedHashMap<>();
        values.put(Metric.QUOTED_USD, new BigDecimal("2.50"));
        values.put(Metric.REFUSED, 1);
        values.put(Metric.ACTUAL_USD, 3);
        return Emf.line(AT, ABOUT, values);
    }

    @Test
    void aLineIsADocumentAsTheSpecificationDescribesIt() {
        JsonNode document = Json.read(line(), JsonNode.class, "test");
        JsonNode meta = document.path("_aws");
        assertThat(meta.path("Timestamp").longValue()).isEqualTo(AT.toEpochMilli());
        assertThat(meta.path("CloudWatchMetrics")).hasSize(2);
        for (JsonNode directive : meta.path("CloudWatchMetrics")) {
            assertThat(directive.path("Namespace").asText()).isEqualTo("Tunedrop");
            assertThat(directive.path("Dimensions")).hasSize(1);
            for (JsonNode dimension : directive.path("Dimensions").path(0))
                assertThat(document.path(dimension.asText()).isTextual()).isTrue();
            assertThat(directive.path("Metrics")).hasSizeBetween(1, 100).allSatisfy(metric -> {
                assertThat(document.path(metric.path("Name").asText()).isNumber())
                        .isTrue();
                assertThat(Set.of("None", "Count", "Count/Second"))
                        .contains(metric.path("Unit").asText());
            });
        }
        assertThat(line()).doesNotContain("\n");
    }

    @Test
    void whatWasWrittenIsReadBack() {
        assertThat(Emf.points(line()))
                .containsExactlyInAnyOrder(
                        new Emf.Point(AT, "QuotedUsd", "", 2.5, "support-first-1"),
                        new Emf.Point(AT, "ActualUsd", "", 3, "support-first-1"),
                        new Emf.Point(AT, "Refused", "no-route", 1, "support-first-1"));
    }

    @Test
    void aFigureThatIsNotANumberIsLeftOut() {
        Map<Metric, Number> values = Map.of(Metric.LOSS, Double.NaN, Metric.TOKENS_PER_SECOND, 5);
        assertThat(Emf.points(Emf.line(AT, Map.of(), values)))
                .extracting(Emf.Point::name)
                .containsExactly("TokensPerSecond");
    }

    @Test
    void otherLinesOfALogHoldNoFigures() {
        assertThat(Emf.points("step 3/40  loss 2.1")).isEmpty();
        assertThat(Emf.points("{\"level\":\"INFO\",\"message\":\"x\"}")).isEmpty();
        assertThat(Emf.points("")).isEmpty();
    }

    @Test
    void aFigureWithoutTheValueOfItsDimensionIsRefused() {
        assertThatThrownBy(() -> Emf.line(AT, Map.of(), Map.of(Metric.REFUSED, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("told apart by reason");
    }

    @Test
    void severalWritersAppendWholeLinesToOneFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("figures");
        for (int i = 0; i < 2; i++)
            EmfLines.to(file.toString()).put(Map.of("runId", "r" + i), Map.of(Metric.LOSS, 1.5));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines)
                .hasSize(2)
                .allSatisfy(line -> assertThat(Emf.points(line)).hasSize(1));
    }
}
