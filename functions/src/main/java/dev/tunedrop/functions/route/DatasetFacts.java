package dev.tunedrop.functions.route;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.events.run.TargetVerdict;

/// What the choice of a route needs to know of the dataset.
///
/// @param privacy who may see it; absent: not known, which counts as private
/// @param refusedBy target of the dataset's report → why it cannot go there, for those it cannot go to
public record DatasetFacts(@Nullable Privacy privacy, Map<String, String> refusedBy) {

    public DatasetFacts {
        refusedBy = Map.copyOf(refusedBy);
    }

    /// The stricter of what the settings say and what the report found counts.
    public static DatasetFacts of(Privacy setting, DatasetReport report) {
        Map<String, String> refused = new TreeMap<>();
        for (TargetVerdict target : report.targets())
            if (target.answer() == TargetVerdict.Answer.REFUSE) refused.put(target.target(), why(target));
        Privacy found = report.privateData().privacy();
        return new DatasetFacts(found.compareTo(setting) < 0 ? found : setting, refused);
    }

    private static String why(TargetVerdict target) {
        return target.reasons().stream()
                .filter(reason -> reason.effect() == TargetVerdict.Effect.REFUSE)
                .map(TargetVerdict.Reason::message)
                .findFirst()
                .orElse("its report refuses it");
    }

    Optional<String> refusal(String target) {
        return Optional.ofNullable(refusedBy.get(target));
    }
}
