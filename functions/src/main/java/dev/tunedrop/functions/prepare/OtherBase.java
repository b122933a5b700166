package dev.tunedrop.functions.prepare;

import java.util.Map;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.publish.Names;

/// What is changed in a dataset's settings to train it on another base than `tune.json` names.
///
/// An endpoint of ours serves one base. Where one serves the old base already, the new model goes behind an endpoint of
/// its own, and the old one goes on until somebody takes it away. A service's model has a name there and no endpoint of
/// ours, so it can be followed by anything.
final class OtherBase {

    private static final int LONGEST = 58;

    private OtherBase() {}

    /// @param base a base's id, or a service's route, which has a slash
    static Map<String, String> changes(Ledger ledger, DropRef drop, RunSettings settings, String base) {
        if (base.contains("/")) return Map.of("route", base);
        String endpoint = Names.endpoint(drop, settings);
        boolean taken = ledger.alias(endpoint)
                .filter(live -> !Names.managed(live.component()) && !live.base().equals(base))
                .isPresent();
        return taken ? Map.of("base", base, "endpoint", beside(endpoint, base)) : Map.of("base", base);
    }

    /// The base's name stays whole as far as it fits.
    private static String beside(String endpoint, String base) {
        String suffix = Names.slug(base, LONGEST / 2);
        return Names.slug(endpoint, LONGEST - 1 - suffix.length()) + "-" + suffix;
    }
}
