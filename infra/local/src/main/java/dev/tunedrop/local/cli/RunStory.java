package dev.tunedrop.local.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Accuracy;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.dataset.Alike;
import dev.tunedrop.local.console.RunView;

/// Tells a run in the terminal, chapter by chapter: each once, as soon as its document is there, in the order of the
/// workflow.
final class RunStory {

    private static final int FINDINGS_SHOWN = 20;

    private enum Chapter {
        DATASET,
        QUOTE,
        DECISION,
        TRAINING,
        HELD_OUT,
        GATE,
        ANSWERS,
        COST,
        FAILURE
    }

    private final Screen screen;
    private final int routesShown;
    private final Set<Chapter> told = EnumSet.noneOf(Chapter.class);

    /// @param routesShown how many routes of the quote, the taken one first
    RunStory(Screen screen, int routesShown) {
        this.screen = screen;
        this.routesShown = routesShown;
    }

    void tell(RunView run) {
        if (run.report() != null && told.add(Chapter.DATASET)) dataset(run.report());
        // The quote is told with the decision, so that the taken route can come first.
        boolean ended = run.summary().state().terminal();
        if (run.quote() != null && (run.decision() != null || ended) && told.add(Chapter.QUOTE))
            quote(run.quote(), run.decision());
        if (run.decision() != null && told.add(Chapter.DECISION)) decision(run);
        if (run.training() != null && told.add(Chapter.TRAINING)) training(run.training());
        // Documents are read one after another, so a later one can be there while an earlier one was not yet.
        if (run.heldOut() != null && (ended || told.contains(Chapter.TRAINING)) && told.add(Chapter.HELD_OUT))
            heldOut(run.heldOut());
        if (run.evaluation() != null && (ended || told.contains(Chapter.HELD_OUT)) && told.add(Chapter.GATE))
            gate(run.evaluation());
        if (run.publication() != null && told.add(Chapter.ANSWERS)) answers(run.publication());
        if (run.settlement() != null && told.add(Chapter.COST)) cost(run.settlement());
        if (run.failure() != null && told.add(Chapter.FAILURE)) failure(run.failure());
    }

    private void dataset(DatasetReport report) {
        screen.heading("Dataset: " + report.verdict().name().toLowerCase(Locale.ROOT));
        screen.line("  %s, %s, %s%s"
                .formatted(
                        Figures.count(report.rows(), "row"),
                        Figures.bytes(report.sizeBytes()),
                        report.format(),
                        report.refusedRows() == 0 ? "" : ", " + Figures.count(report.refusedRows()) + " refused"));
        if (report.signal() != null) signal(report.signal());
        personal(report.privateData());
        targets(report);
        List<Alike> shown =
                Alike.of(report.findings()).stream().limit(FINDINGS_SHOWN).toList();
        shown.forEach(this::finding);
        long told =
                shown.stream().mapToLong(alike -> 1L + alike.others().size()).sum();
        long all = report.findingsByRule().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (all > told) screen.line("  ... and %s more".formatted(Figures.count(all - told)));
    }

    private void signal(DatasetReport.Signal signal) {
        screen.line("  trained on %s, held out %s; %s, of which %s carry loss; the longest row has %s"
                .formatted(
                        Figures.count(signal.trainRows(), "row"),
                        Figures.count(signal.validationRows()),
                        Figures.count(signal.tokens(), "token"),
                        Figures.count(signal.trainedTokens()),
                        Figures.count(signal.longestRowTokens())));
        if (signal.truncatedRows() > 0)
            screen.line("  %s longer than maxTokens lose their end (%s with loss)"
                    .formatted(
                            Figures.count(signal.truncatedRows(), "row"),
                            Figures.count(signal.lostTrainedTokens(), "token")));
        if (signal.duplicateRows() > 0)
            screen.line("  %s left out".formatted(Figures.count(signal.duplicateRows(), "duplicate row")));
    }

    private void personal(PrivateData data) {
        if (data.kinds().isEmpty()) return;
        screen.line("  kept private: it seems to hold "
                + data.kinds().stream()
                        .map(kind -> kind.kind() + " in " + Figures.count(kind.rows(), "row"))
                        .collect(Collectors.joining(", ")));
    }

    /// Where else the dataset could go; the report has the reasons.
    private void targets(DatasetReport report) {
        for (TargetVerdict.Answer answer : TargetVerdict.Answer.values()) {
            String names = report.targets().stream()
                    .filter(target -> target.answer() == answer)
                    .map(TargetVerdict::target)
                    .collect(Collectors.joining(", "));
            if (!names.isEmpty())
                screen.line("  targets that %s it: %s".formatted(answer.name().toLowerCase(Locale.ROOT), names));
        }
    }

    private void finding(Alike alike) {
        Finding finding = alike.first();
        String place = finding.line() == 0
                ? "file"
                : "line " + finding.line() + (finding.column() == 0 ? "" : ":" + finding.column());
        screen.line("  %s %s [%s] %s%s %s%s"
                .formatted(
                        finding.severity() == Finding.Severity.ERROR ? "error  " : "warning",
                        place,
                        finding.rule(),
                        finding.field() == null ? "" : finding.field() + ": ",
                        sentence(finding.message()),
                        sentence(finding.remedy()),
                        alike.elsewhere()));
    }

    /// Ends what is said with a full stop, so that a remedy can follow on the line.
    private static String sentence(String text) {
        return text.isEmpty() || ".?!".indexOf(text.charAt(text.length() - 1)) >= 0 ? text : text + ".";
    }

    private void quote(Quote quote, @Nullable Decision decision) {
        String taken = decision == null || decision.chosen() == null ? "" : decision.chosen();
        List<RouteQuote> order = quote.routes().stream()
                .sorted(Comparator.comparing((RouteQuote r) -> !r.route().equals(taken))
                        .thenComparing(r -> !r.possible())
                        .thenComparingDouble(r -> r.trainingUsd() == null
                                ? Double.MAX_VALUE
                                : r.trainingUsd().expected().doubleValue()))
                .toList();
        screen.heading("Quote (prices of " + quote.priceTableDate()
                + (quote.priceTableStale() ? ", too old to rely on" : "") + ")");
        TextTable table = new TextTable("route", "training", "time", "memory", "");
        order.stream()
                .limit(routesShown)
                .forEach(route -> table.row(
                        route.route(),
                        Figures.usd(route.trainingUsd()),
                        Figures.seconds(route.trainingSeconds()),
                        Figures.memory(route.memoryGiB(), route.deviceMemoryGiB()),
                        route.possible()
                                ? route.route().equals(taken) ? "<- taken" : ""
                                : route.refusals().getFirst()));
        screen.table(table);
        if (order.size() > routesShown)
            screen.line("  ... and %s more (the console and `show --all` have them all)"
                    .formatted(order.size() - routesShown));
    }

    private void decision(RunView run) {
        Decision decision = Objects.requireNonNull(run.decision());
        screen.heading(decision.chosen() == null ? "Decision: no route is possible" : "Decision: " + decision.chosen());
        decision.reasons().forEach(reason -> screen.line("  - " + reason));
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        decision.notTaken()
                .forEach(other -> byReason.computeIfAbsent(other.reason(), reason -> new ArrayList<>())
                        .add(other.route()));
        byReason.entrySet().stream()
                .sorted(Comparator.comparingInt(not -> -not.getValue().size()))
                .limit(routesShown)
                .forEach(not -> screen.line("  - not " + routes(not.getValue()) + ": " + not.getKey()));
        if (byReason.size() > routesShown)
            screen.line("  - and others not, for %s more"
                    .formatted(Figures.count(byReason.size() - routesShown, "reason")));
        if (decision.needsApproval() && !run.summary().state().terminal()) {
            String runId = run.summary().runId();
            screen.line("  A person must approve it first, within three days: tunedrop approve " + runId);
            screen.line("  or end it here: tunedrop refuse " + runId + " --reason \"...\"");
        }
    }

    private static String routes(List<String> routes) {
        int others = routes.size() - 1;
        return routes.getFirst() + (others == 0 ? "" : " and " + others + (others == 1 ? " other" : " others"));
    }

    private void training(TrainingResult result) {
        screen.heading("Training");
        screen.line("  %s, loss %s, %s in %s on %s (LibTorch %s), peak memory %s"
                .formatted(
                        Figures.count(result.steps(), "step"),
                        Figures.loss(result.finalLoss()),
                        Figures.count(result.tokens(), "token"),
                        Figures.duration(result.trainSeconds()),
                        result.device(),
                        result.libTorchVersion(),
                        Figures.bytes(result.peakMemoryBytes())));
        if (result.stopped() != null) screen.line("  stopped: " + result.stopped());
        if (result.keptStep() != result.steps())
            screen.line("  the weights are those of step " + result.keptStep() + ", the best by held-out loss");
        if (result.resumes() > 0)
            screen.line("  continued %s from a checkpoint".formatted(Figures.count(result.resumes(), "time")));
        screen.line("  adapter sha256 " + result.adapterSha256());
    }

    private void heldOut(HeldOutLosses losses) {
        screen.heading("Held-out loss");
        if (losses.tokens() == 0) {
            screen.line("  no rows were held out");
            return;
        }
        TextTable table = new TextTable("", "loss").row("base", Figures.loss(losses.baseLoss()));
        table.row("adapter", Figures.loss(losses.adapterLoss()));
        if (losses.liveLoss() != null) table.row("live adapter", Figures.loss(losses.liveLoss()));
        screen.table(table);
        Accuracy accuracy = losses.accuracy();
        if (losses.rewards() != null)
            screen.line(
                    "  of pairs that were not trained on; in %.1f %% of them the adapter favours the preferred answer"
                            .formatted(100 * losses.rewards().accuracy()));
        else if (accuracy == null)
            screen.line("  mean over %s of rows that were not trained on"
                    .formatted(Figures.count(losses.tokens(), "token")));
        else
            screen.line("  mean over %s that were not trained on; %.1f %% of them right, macro F1 %.3f over %s"
                    .formatted(
                            Figures.count(losses.tokens(), "row"),
                            100 * accuracy.share(),
                            accuracy.macroF1(),
                            Figures.count(accuracy.labels(), "label")));
    }

    private void gate(Evaluation evaluation) {
        screen.line("  " + (evaluation.passed() ? "passed: " : "not passed: ") + evaluation.reason());
    }

    private void answers(Publication publication) {
        screen.heading("Published behind endpoint " + publication.endpoint());
        for (Publication.Sample sample : publication.samples()) {
            screen.line("  question   " + indented(sample.prompt()));
            if (sample.base() != null) screen.line("  base       " + indented(sample.base()));
            screen.line("  adapter    " + indented(sample.adapter()));
            if (!sample.expected().isBlank()) screen.line("  dataset    " + indented(sample.expected()));
            screen.blank();
        }
    }

    static String indented(String text) {
        return text.strip().replace("\n", "\n             ");
    }

    private void cost(Settlement settlement) {
        screen.line("Cost %s, quoted %s; took %s, quoted %s."
                .formatted(
                        Figures.usd(settlement.actualUsd()),
                        Figures.usd(settlement.quotedUsd()),
                        Figures.duration(settlement.actualSeconds()),
                        Figures.duration(settlement.quotedSeconds())));
    }

    private void failure(Failure failure) {
        screen.heading("Ended in state " + failure.state() + " (" + failure.reason() + ")");
        screen.line("  " + sentence(failure.message()));
        screen.line("  " + sentence(failure.remedy()));
    }

    /// The workflow's states and times, for `show`.
    void states(RunView run, Instant now) {
        if (run.steps().isEmpty()) return;
        screen.heading("Workflow");
        TextTable table = new TextTable("state", "", "took", "");
        run.steps()
                .forEach(step -> table.row(
                        step.name(),
                        step.status().name().toLowerCase(Locale.ROOT),
                        Figures.duration(step.took(now)),
                        step.error() != null ? step.error() : step.tasks() > 1 ? step.tasks() + " tasks" : ""));
        screen.table(table);
    }
}
