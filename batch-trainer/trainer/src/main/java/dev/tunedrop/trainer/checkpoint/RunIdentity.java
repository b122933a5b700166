package dev.tunedrop.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;

/// What a run computes with. Two runs of equal identity on one kind of machine end with the same bytes.
///
/// @param base sha256 over the base model's configuration and weights
/// @param dataset sha256 of the training shard
/// @param settings sha256 over the settings that change what is computed
public record RunIdentity(String base, String dataset, String settings) {

    /// What differs, in words.
    public List<String> differencesFrom(RunIdentity other) {
        List<String> differences = new ArrayList<>();
        if (!base.equals(other.base)) differences.add("base model");
        if (!dataset.equals(other.dataset)) differences.add("dataset");
        if (!settings.equals(other.settings)) differences.add("settings");
        return differences;
    }
}
