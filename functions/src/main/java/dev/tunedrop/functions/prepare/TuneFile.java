package dev.tunedrop.functions.prepare;

import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.cloud.Objects;

/// The settings that lie beside a drop now.
public final class TuneFile {

    /// Why settings are refused.
    static final String INVALID = "settings-invalid";

    private static final int MOST_BYTES = 1 << 16;
    private static final String NAME = "tune.json";

    private TuneFile() {}

    /// @throws Rejected where they cannot be read
    public static RunSettings of(Objects drops, DropRef drop) {
        for (String key : keys(drop)) {
            Optional<byte[]> json = drops.find(key);
            if (json.isEmpty()) continue;
            if (json.get().length > MOST_BYTES)
                throw new Rejected(INVALID, key + " has more than 64 KiB. Keep settings only in it.");
            try {
                return SettingsFile.read(json.get(), key);
            } catch (InvalidDocument e) {
                throw new Rejected(INVALID, e.sentence() + " Put it right and drop the file again.");
            }
        }
        return SettingsFile.defaults();
    }

    /// Beside the file; a dry run falls back on the settings of the real drop.
    static List<String> keys(DropRef drop) {
        String folder = drop.dataset().equals("unnamed") ? "" : drop.dataset() + "/";
        return drop.dryRun() ? List.of("quote/" + folder + NAME, folder + NAME) : List.of(folder + NAME);
    }
}
