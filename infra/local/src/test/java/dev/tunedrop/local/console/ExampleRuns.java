package dev.tunedrop.local.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TrainingResult;

/// One run of every kind, with documents as a real run writes them, for tests and for looking at the page: `main`
/// serves them on the port given (7700).
public final class ExampleRuns implements RunViews {

    public static final String PUBLISHED = "support-support-triage-4f1c2d77a0b9e8c6d5f4a3b2c1d0e9f8";
    public static final String TRAINING = "orders-orders-2026-11-0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    public static final String REJECTED = "support-support-triage-broken-b7e1c0ffee0123456789abcdef012345";
    public static final String FAILED = "legal-clauses-c0ffee00112233445566778899aabbcc";

    /// Earlier than any time in them.
    public static final Instant BEFORE_ALL = ExampleDocuments.NOON.minus(Duration.ofDays(1));

    /// What a hostile dataset could put anywhere a dataset's words are shown.
    public static final String HOSTILE = "<img src=x onerror=\"document.title='broken out'\"><script>alert(1)</script>";

    private static final int STEPS = 120;

    private final Map<String, RunView> views = new TreeMap<>();

    public ExampleRuns() {
        add(published());
        add(training());
        add(rejected());
        add(failed());
    }

    public static void main(String[] args) throws InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : ConsoleServer.DEFAULT_PORT;
        try (ConsoleServer server = ConsoleServer.start(new ExampleRuns(), port)) {
            System.out.println(server.address());
            Thread.currentThread().join();
        }
    }

    private void add(RunView view) {
        views.put(view.summary().runId(), view);
    }

    @Override
    public List<RunSummary> runs() {
        return Stream.of(TRAINING, PUBLISHED, REJECTED, FAILED)
                .flatMap(id -> run(id).stream())
                .map(RunView::summary)
                .toList();
    }

    @Override
    public Optional<RunView> run(String runId) {
        return Optional.ofNullable(views.get(runId));
    }

    @Override
    public List<StepMetrics> metrics(String runId, int afterStep) {
        int done = runId.equals(PUBLISHED) ? STEPS : runId.equals(TRAINING) ? 47 : 0;
        List<StepMetrics> steps = new ArrayList<>();
        for (int step = afterStep + 1; step <= done; step++) {
            double share = step / (double) STEPS;
            double loss = 0.62 + 2.9 * Math.exp(-5.2 * share) + 0.09 * Math.sin(step * 2.399) * (1.2 - share);
            steps.add(new StepMetrics(
                    step,
                    STEPS,
                    3 * share,
                    loss,
                    2e-3 * 0.5 * (1 + Math.cos(Math.PI * share)),
                    0.4 + 1.1 / step + 0.1 * Math.abs(Math.sin(step)),
                    step * 1850L,
                    step * 720L,
                    2140 + 90 * Math.sin(step),
                    step * 0.86,
                    (STEPS - step) * 0.86,
                    486_539_264L,
                    null,
                    step % 10 == 0 ? 0.7 + 2.7 * Math.exp(-4.6 * share) : null));
        }
        return steps;
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                new Figure("Accepted", "", 2, 2, 1, ExampleDocuments.NOON),
                new Figure("Refused", HOSTILE, 1, 1, 1, ExampleDocuments.NOON),
                new Figure("SpentUsd", "", 3, 4.5, 2.25, ExampleDocuments.NOON));
    }

    @Override
    public Optional<String> reportPage(String runId) {
        String page = "<!doctype html><title>Report</title><h1>Dataset report</h1><p>" + runId
                + "</p><script>top.x=1</script>";
        return views.containsKey(runId) ? Optional.of(page) : Optional.empty();
    }

    private static RunView published() {
        RunSummary summary = new RunSummary(
                PUBLISHED,
                "support",
                "support-triage.jsonl",
                RunState.PUBLISHED,
                null,
                "retrained because the catalogue <b>changed</b>",
                ExampleDocuments.NOON,
                ExampleDocuments.NOON.plusSeconds(168),
                ExampleDocuments.usd("0"));
        return view(
                summary,
                ExampleDocuments.steps(ExampleDocuments.NOON, null),
                ExampleDocuments.accepted(),
                ExampleDocuments.quote(PUBLISHED),
                ExampleDocuments.decision(PUBLISHED),
                new TrainingResult(
                        PUBLISHED,
                        TrainingResult.Outcome.COMPLETED,
                        STEPS,
                        0.641,
                        222_000,
                        86_400,
                        103.2,
                        512_000_000,
                        "cpu",
                        "2.7.1",
                        "9d1f".repeat(16),
                        "exact",
                        1,
                        STEPS,
                        null),
                new HeldOutLosses(3104, 3.412, 0.697, null),
                new Evaluation(
                        PUBLISHED,
                        3104,
                        3.412,
                        0.697,
                        null,
                        true,
                        "The adapter's held-out loss is 79.6 % below the base's."),
                new Publication(
                        PUBLISHED,
                        "support",
                        "support-4f1c2d77",
                        null,
                        "s3://artefacts/runs/x/adapter/",
                        "9d1f".repeat(16),
                        List.of(
                                new Publication.Sample(
                                        "Hello, I was charged twice for my November invoice and the second payment still shows as pending. Can you look into it?",
                                        "team: billing | priority: high | reply: I am sorry about the double charge. We will refund the second payment today.",
                                        "Thank you for your message. I can help with that. What is the name of your order?",
                                        "team: billing | priority: high | reply: Sorry for the double charge. The second payment will be refunded within two days."),
                                new Publication.Sample(HOSTILE, HOSTILE, HOSTILE, HOSTILE))),
                new Settlement(
                        PUBLISHED,
                        "local/cpu",
                        ExampleDocuments.usd("0"),
                        ExampleDocuments.usd("0"),
                        ExampleDocuments.usd("0"),
                        140,
                        103.2,
                        null),
                null);
    }

    private static RunView training() {
        RunSummary summary = new RunSummary(
                TRAINING,
                "orders",
                "orders-2026-11.jsonl",
                RunState.RUNNING,
                null,
                null,
                Instant.now().minusSeconds(66),
                null,
                null);
        return view(
                summary,
                ExampleDocuments.steps(summary.startedAt(), "TrainOnBatch"),
                ExampleDocuments.accepted(),
                ExampleDocuments.quote(TRAINING),
                ExampleDocuments.decision(TRAINING),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static RunView rejected() {
        String message = "The row has no assistant message, so there is nothing to train on.";
        List<Finding> findings = List.of(
                new Finding(
                        "json-syntax",
                        Finding.Severity.ERROR,
                        3,
                        41,
                        null,
                        "The line is not valid JSON.",
                        "Close the string that opens at column 29."),
                new Finding(
                        "chat-no-assistant",
                        Finding.Severity.ERROR,
                        5,
                        0,
                        "messages",
                        message,
                        "Add the answer you want as an assistant message."),
                new Finding(
                        "json-duplicate-key",
                        Finding.Severity.ERROR,
                        8,
                        112,
                        "messages[1].content",
                        "The key content occurs twice.",
                        "Keep one of them."),
                new Finding(
                        "row-truncated",
                        Finding.Severity.WARNING,
                        11,
                        0,
                        null,
                        "The row has 3,120 tokens and maxTokens is 2,048.",
                        "Shorten it or raise maxTokens."));
        DatasetReport report = new DatasetReport(
                DatasetReport.Verdict.REJECTED,
                "openai-chat",
                null,
                4821,
                12,
                3,
                "ab".repeat(32),
                Map.of("json-syntax", 1L, "chat-no-assistant", 1L, "json-duplicate-key", 1L, "row-truncated", 1L),
                findings,
                null,
                List.of(),
                new PrivateData(RunSettings.Privacy.INTERNAL, List.of()));
        RunSummary summary = new RunSummary(
                REJECTED,
                "support",
                "support-triage-broken.jsonl",
                RunState.REJECTED,
                "dataset-refused: 3 of 12 rows cannot be trained on.",
                null,
                ExampleDocuments.NOON.minusSeconds(900),
                ExampleDocuments.NOON.minusSeconds(898),
                null);
        return view(
                summary,
                ExampleDocuments.steps(summary.startedAt(), "AssembleDataset").subList(0, 2),
                report,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Failure(
                        REJECTED,
                        "AssembleDataset",
                        "dataset-refused",
                        "3 of 12 rows cannot be trained on.",
                        "Correct the lines below and drop the file again."));
    }

    private static RunView failed() {
        RunSummary summary = new RunSummary(
                FAILED,
                "legal",
                "clauses.jsonl",
                RunState.FAILED,
                "base-missing: the base bucket has no llama-3.2-1b.",
                null,
                ExampleDocuments.NOON.minusSeconds(4000),
                ExampleDocuments.NOON.minusSeconds(3999),
                null);
        List<WorkflowStep> steps = List.of(new WorkflowStep(
                "PlanChunks",
                WorkflowStep.Status.FAILED,
                summary.startedAt(),
                summary.startedAt().plusMillis(310),
                1,
                "Rejected: the base bucket has no model named llama-3.2-1b"));
        return view(
                summary,
                steps,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Failure(
                        FAILED,
                        "PlanChunks",
                        "base-missing",
                        "The base bucket has no model named llama-3.2-1b.",
                        "Put the model's folder under models/, start ./tunedrop up again, and drop the file again."));
    }

    private static RunView view(
            RunSummary summary,
            List<WorkflowStep> steps,
            @Nullable DatasetReport report,
            @Nullable Quote quote,
            @Nullable Decision decision,
            @Nullable TrainingResult training,
            @Nullable HeldOutLosses heldOut,
            @Nullable Evaluation evaluation,
            @Nullable Publication publication,
            @Nullable Settlement settlement,
            @Nullable Failure failure) {
        return new RunView(
                summary,
                steps,
                SettingsFile.defaults(),
                report,
                quote,
                decision,
                null,
                training,
                heldOut,
                evaluation,
                publication,
                settlement,
                failure);
    }
}
