package dev.tunedrop.functions.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;

/// Orders to try a provider with.
public final class Orders {

    public static final byte[] ROWS = "{\"messages\":[]}\n".getBytes(StandardCharsets.UTF_8);

    /// A question to a tuned model.
    public static final List<Map<String, String>> QUESTION = List.of(
            Map.of("role", "system", "content", "Be brief."),
            Map.of("role", "user", "content", "Where is it?"),
            Map.of("role", "assistant", "content", "What?"),
            Map.of("role", "user", "content", "My parcel."));

    private Orders() {}

    public static TrainingOrder of(String key, String model) {
        return of(key, model, "{}", RunSettings.Objective.SFT, "validation.jsonl");
    }

    /// @param heldOut key of the rows held out; null: there are none
    public static TrainingOrder of(
            String key, String model, String settings, RunSettings.Objective objective, @Nullable String heldOut) {
        return new TrainingOrder(
                key,
                model,
                file("runs/" + key + "/managed/train.jsonl"),
                heldOut == null ? null : file("runs/" + key + "/managed/" + heldOut),
                100,
                SettingsFile.read(settings.getBytes(StandardCharsets.UTF_8), "tune.json"),
                objective,
                "support");
    }

    private static TrainingOrder.DataFile file(String key) {
        return new TrainingOrder.DataFile(key, ROWS.length, Sha256.of(ROWS));
    }
}
