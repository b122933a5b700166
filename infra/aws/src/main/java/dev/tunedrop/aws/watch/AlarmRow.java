package dev.tunedrop.aws.watch;

import java.util.List;
import java.util.Map;

import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.events.json.Json;

/// One row of `alarms.json`.
///
/// @param above the alarm rings when the statistic of `periods` periods of `minutes` each lies above it
/// @param means what has happened, as a sentence
/// @param remedy what to do, as a sentence
/// @param command the one command to begin with; words in capitals are filled in by the reader
public record AlarmRow(
        String id,
        String title,
        String namespace,
        String metric,
        Map<String, String> dimensions,
        String statistic,
        int minutes,
        int periods,
        int above,
        String means,
        String remedy,
        String command) {

    public static List<AlarmRow> all() {
        return List.of(Json.convert(WorkflowData.own("alarms.json"), AlarmRow[].class, "alarms.json"));
    }
}
