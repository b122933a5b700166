package dev.tunedrop.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void aCloudThatHasReportedNothingHasNoFigures() {
        assertThat(new FigureLog(folder.resolve("none")).figures()).isEmpty();
    }
}
