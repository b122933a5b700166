package dev.tunedrop.functions.checks;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.functions.checks.personal.PersonalData;
import dev.tunedrop.functions.dataset.Findings;

/// Secrets and personal data, counted by kind. They make the dataset private; nothing of them is repeated anywhere.
public final class PersonalDataCheck implements RowCheck {

    private static final String KEY = "personal/";

    private final PersonalData kinds = PersonalData.load();

    private final Set<String> found = new TreeSet<>();

    @Override
    public void see(SeenRow row, Tallies tallies) {
        for (int i = 0; i < row.said().size(); i++) kinds.find(row.said().get(i).text(), row.facts(i), found);
        if (found.isEmpty()) return;
        for (String kind : found) tallies.add(KEY, kind, row.line());
        found.clear();
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {
        tallies.under(KEY)
                .forEach((kind, tally) -> Tallies.warn(
                        findings,
                        tally,
                        "personal-data",
                        "the row seems to hold personal data or a secret: " + kind,
                        "Take it out or replace it; until then the dataset is treated as private."));
    }

    /// What the tallies say was found.
    public static List<PrivateData.Kind> found(Tallies tallies) {
        return tallies.under(KEY).entrySet().stream()
                .map((Map.Entry<String, Tally> kind) -> new PrivateData.Kind(
                        kind.getKey(), kind.getValue().rows(), kind.getValue().lines()))
                .toList();
    }
}
