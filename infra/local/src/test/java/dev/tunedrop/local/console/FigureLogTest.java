package dev.tunedrop.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.metric.Emf;
import dev.tunedrop.events.metric.EmfLines;
import dev.tunedrop.events.metric.Metric;

class FigureLogTest {

    @TempDir
    Path folder;

    @Test
    void reportsOfOneFigureAreAddedUpAndTheLatestIsTold() throws IOException {
        Path file = folder.resolve("figures.jsonl");
        EmfLines lines = EmfLines.to(file.toString());
        lines.put(Map.of("runId", "a"), Map.of(Metric.SPENT_USD, 2));
        lines.put(Map.of("runId", "b"), Map.of(Metric.SPENT_USD, 5));
        lines.put(Map.of("reason", "no-route"), Map.of(Metric.REFUSED, 1));
        lines.put(Map.of("reason", "empty"), Map.of(Metric.REFUSED, 1));
        Files.writeString(file, "{\"_aws\":{\"Timest", StandardOpenOption.APPEND);
        assertThat(new FigureLog(file).figures())
                .extracting(Figure::name, Figure::dimension, Figure::reports, Figure::sum, Figure::latest)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Refused", "empty", 1, 1.0, 1.0),
                        org.assertj.core.groups.Tuple.tuple("Refused", "no-route", 1, 1.0, 1.0),
                        org.assertj.core.groups.Tuple.tuple("SpentUsd", "", 2, 7.0, 5.0));
    }

    @Test
    void ofALongFileOnlyTheWholeLinesAtItsEndAreRead() throws IOException {
        Path file = folder.resolve("figures.jsonl");
        EmfLines lines = EmfLines.to(file.toString());
        for (int i = 1; i <= 20; i++) lines.put(Map.of("runId", "run"), Map.of(Metric.SPENT_USD, 100 + i));
        int line = (int) Files.size(file) / 20;
        assertThat(new FigureLog(file, 3 * line + line / 2).figures())
                .singleElement()
                .satisfies(figure -> {
                    assertThat(figure.reports()).isEqualTo(3);
                    assertThat(figure.sum()).isEqualTo(118 + 119 + 120);
                });
        assertThat(new FigureLog(file, line / 2).figures())
                .as("not one whole line")
                .isEmpty();
        assertThat(new FigureLog(file, 20 * line).figures().getFirst().reports())
                .as("the whole file")
                .isEqualTo(20);
    }

    @Test
    void theLatestIsToldWithItsTime() throws IOException {
        Path file = folder.resolve("figures.jsonl");
        Instant noon = Instant.parse("2026-11-22T12:00:00Z");
        Files.writeString(
                file,
                Emf.line(noon, Map.of("runId", "a"), Map.of(Metric.SPENT_USD, 2)) + "\nno figure\n"
                        + Emf.line(noon.plusSeconds(5), Map.of("runId", "b"), Map.of(Metric.SPENT_USD, 5)) + "\n");
        assertThat(new FigureLog(file).figures())
                .containsExactly(new Figure("SpentUsd", "", 2, 7, 5, noon.plusSeconds(5)));
    }

    @Test
    void aCloudThatHasReportedNothingHasNoFigures() {
        assertThat(new FigureLog(folder.resolve("none")).figures()).isEmpty();
    }
}
