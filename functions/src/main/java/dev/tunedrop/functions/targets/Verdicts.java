package dev.tunedrop.functions.targets;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.events.run.TargetVerdict.Answer;
import dev.tunedrop.events.run.TargetVerdict.Effect;
import dev.tunedrop.events.run.TargetVerdict.Reason;
import dev.tunedrop.functions.checks.Tallies;
import dev.tunedrop.functions.checks.Tally;
import dev.tunedrop.functions.dataset.Findings;

/// Weighs what was seen in a dataset against every rule of every target.
///
/// @param format id of the format the file is written in
/// @param lines whether it is JSON Lines as it lies there: not packed, not one array
/// @param sizeBytes of the file as dropped
/// @param rows good rows
/// @param epochs the run asks for
public record Verdicts(
        String format, boolean lines, long sizeBytes, long rows, int epochs, Tallies tallies, Findings findings) {

    /// Errors that only our own trainer would make of a row: others have other templates and limits.
    private static final Set<String> OWN_ERRORS =
            Set.of("text-refused", "nothing-to-train", "nothing-held-out", "objective-mismatch");

    public List<TargetVerdict> of(Targets targets) {
        return targets.targets().stream().map(target -> of(targets, target)).toList();
    }

    private TargetVerdict of(Targets targets, Target target) {
        List<Reason> reasons = new ArrayList<>();
        error(target).ifPresent(reasons::add);
        if (reasons.isEmpty()) {
            kinds(target, reasons);
            if (reasons.isEmpty()) written(target).ifPresent(reasons::add);
            for (Rule rule : targets.of(target)) {
                Reason reason = reason(rule);
                if (reason != null) reasons.add(reason);
            }
        }
        reasons.sort(Comparator.comparing(Reason::effect));
        return new TargetVerdict(target.name(), target.title(), answer(reasons), reasons);
    }

    private static Answer answer(List<Reason> reasons) {
        if (reasons.stream().anyMatch(reason -> reason.effect() == Effect.REFUSE)) return Answer.REFUSE;
        if (reasons.stream().anyMatch(reason -> reason.effect() == Effect.CONVERT)) return Answer.CONVERT;
        return Answer.ACCEPT;
    }

    /// A file that cannot be read goes nowhere.
    private Optional<Reason> error(Target target) {
        List<Finding> errors = findings.listed().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .filter(finding -> target.name().equals(Targets.OWN) || !OWN_ERRORS.contains(finding.rule()))
                .toList();
        if (errors.isEmpty()) return Optional.empty();
        Finding first = errors.getFirst();
        List<Long> lines = errors.stream()
                .filter(error -> error.rule().equals(first.rule()) && error.line() > 0)
                .map(Finding::line)
                .distinct()
                .limit(Tallies.LINES)
                .toList();
        long rows = lines.isEmpty() ? 0 : findings.byRule().getOrDefault(first.rule(), 0L);
        return Optional.of(
                new Reason(first.rule(), Effect.REFUSE, first.message(), first.remedy(), rows, lines, null, null));
    }

    private void kinds(Target target, List<Reason> reasons) {
        tallies.under("kind/").forEach((word, tally) -> {
            if (target.writes().containsKey(word)) return;
            reasons.add(new Reason(
                    "kind-not-taken",
                    Effect.REFUSE,
                    "rows of the kind %s are not taken there".formatted(word),
                    "Choose another target, or write them as "
                            + String.join(" or ", target.writes().keySet()) + ".",
                    tally.rows(),
                    tally.lines(),
                    null,
                    null));
        });
    }

    private Optional<Reason> written(Target target) {
        if (target.anyFormat()) return Optional.empty();
        List<String> formats = tallies.under("kind/").keySet().stream()
                .map(word -> target.writes().get(word))
                .distinct()
                .toList();
        if (formats.equals(List.of(format))) return lines ? Optional.empty() : Optional.of(unpacked());
        return Optional.of(new Reason(
                "format-other",
                Effect.CONVERT,
                "the file is %s, there %s is read".formatted(format, String.join(" and ", formats)),
                "The rows are written as " + String.join(" and ", formats) + ".",
                rows,
                List.of(),
                null,
                null));
    }

    private Reason unpacked() {
        return new Reason(
                "file-not-lines",
                Effect.CONVERT,
                "the file is packed or one JSON array, there plain JSON Lines are read",
                "The rows are written one per line.",
                0,
                List.of(),
                null,
                null);
    }

    private @Nullable Reason reason(Rule rule) {
        return switch (rule.kind()) {
            case ROWS_MIN -> rows < rule.limitOrZero() ? of(rule, rows, Tally.NONE) : null;
            case ROWS_MAX -> rows > rule.limitOrZero() ? of(rule, rows, Tally.NONE) : null;
            case BYTES_MAX -> sizeBytes > rule.limitOrZero() ? of(rule, sizeBytes, Tally.NONE) : null;
            case EPOCHS_MAX -> epochs > rule.limitOrZero() ? of(rule, epochs, Tally.NONE) : null;
            case ALWAYS -> of(rule, 0, Tally.NONE);
            case ROW_TOKENS_MAX, WORDS -> seen(rule, tallies.get(TargetCheck.KEY + rule.id()));
            case SEEN -> seen(rule, sum(rule.keyed()));
            case FINDING -> finding(rule);
        };
    }

    private static @Nullable Reason seen(Rule rule, Tally tally) {
        return tally.rows() == 0 ? null : of(rule, tally.rows(), tally);
    }

    /// A key's own tally, or of a family of keys the greatest: one row may be in several.
    private Tally sum(String key) {
        Tally greatest = tallies.get(key);
        for (Map.Entry<String, Tally> member : tallies.under(key + "/").entrySet())
            if (member.getValue().rows() > greatest.rows()) greatest = member.getValue();
        return greatest;
    }

    private @Nullable Reason finding(Rule rule) {
        long count = findings.byRule().getOrDefault(rule.keyed(), 0L);
        if (count == 0) return null;
        List<Long> lines = findings.listed().stream()
                .filter(finding -> finding.rule().equals(rule.keyed()) && finding.line() > 0)
                .map(Finding::line)
                .limit(Tallies.LINES)
                .toList();
        return of(rule, count, new Tally(count, lines));
    }

    private static String unverified(Rule rule) {
        return rule.evidence() == Rule.Evidence.UNVERIFIED ? " (not verified)" : "";
    }

    private static Reason of(Rule rule, long seen, Tally tally) {
        return new Reason(
                rule.id(),
                rule.effect(),
                String.format(Locale.ROOT, rule.message(), seen, rule.limitOrZero()) + unverified(rule),
                rule.remedy(),
                tally.rows(),
                tally.lines(),
                rule.source(),
                rule.asOf());
    }
}
