package dev.tunedrop.trainer.run;

import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;

/// The sum of the settings that change what a run computes. Left out are those that only say where the result goes,
/// what it may cost, when to look up from the work, and the base's name, whose content has a sum of its own.
final class SettingsSum {

    private static final List<String> WITHOUT_EFFECT = List.of(
            "base",
            "maxSeconds",
            "wallUsd",
            "tracking",
            "checkpointSteps",
            "validationShare",
            "validationFrom",
            "endpoint",
            "privacy",
            "prefer",
            "maxCostUsd",
            "approvalAboveUsd",
            "minImprovement");

    /// Of the memory's settings, those that move numbers without changing them.
    private static final List<String> PLACES = List.of("pageOptimizer", "offloadActivations");

    private SettingsSum() {}

    static String of(RunSettings settings) {
        ObjectNode tree = Json.mapper().valueToTree(settings);
        tree.remove(WITHOUT_EFFECT);
        tree.withObjectProperty("memory").remove(PLACES);
        return Sha256.of(Json.writeLine(tree).getBytes(StandardCharsets.UTF_8));
    }
}
