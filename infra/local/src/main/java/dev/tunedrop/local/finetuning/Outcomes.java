package dev.tunedrop.local.finetuning;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.local.console.RunView;

/// How a run's end looks as the end of a job.
final class Outcomes {

    private static final String CANCELLED = "cancelled: ";

    private Outcomes() {}

    static StoredJob.Outcome of(StoredJob job, RunView run, @Nullable String resultFile, Instant now) {
        Instant at = run.summary().endedAt() == null ? now : run.summary().endedAt();
        Long tokens = run.training() == null ? null : run.training().tokens();
        if (run.summary().state() == RunState.PUBLISHED)
            return new StoredJob.Outcome(StoredJob.End.succeeded, at, job.modelName(), tokens, null, resultFile);
        String reason = run.summary().reason() == null ? "" : run.summary().reason();
        if (reason.startsWith(CANCELLED))
            return new StoredJob.Outcome(StoredJob.End.cancelled, at, null, tokens, null, resultFile);
        return new StoredJob.Outcome(StoredJob.End.failed, at, null, tokens, fault(run.report(), reason), resultFile);
    }

    /// The first finding of a refused file; else the run's reason, a code and a sentence.
    private static StoredJob.Fault fault(@Nullable DatasetReport report, String reason) {
        if (report != null && report.verdict() == DatasetReport.Verdict.REJECTED)
            for (Finding finding : report.findings())
                if (finding.severity() == Finding.Severity.ERROR) return fault(finding, report);
        int colon = reason.indexOf(": ");
        return colon > 0
                ? new StoredJob.Fault(reason.substring(0, colon), reason.substring(colon + 2), null)
                : new StoredJob.Fault("failed", reason.isEmpty() ? "The run ended without a model." : reason, null);
    }

    private static StoredJob.Fault fault(Finding finding, DatasetReport report) {
        String count = report.refusedRows() > 1
                ? " (%d of %d rows are at fault.)".formatted(report.refusedRows(), report.rows())
                : "";
        return new StoredJob.Fault(
                finding.rule(),
                "%s%s. %s%s".formatted(place(finding), finding.message(), finding.remedy(), count),
                "training_file");
    }

    static String place(Finding finding) {
        if (finding.line() == 0) return "";
        String column = finding.column() == 0 ? "" : ", column " + finding.column();
        String field = finding.field() == null ? "" : ", " + finding.field();
        return "Line " + finding.line() + column + field + ": ";
    }

    /// The figures of each step, as OpenAI's result file has them, as far as they were taken.
    static String csv(List<StepMetrics> steps) {
        return steps.stream()
                .map(step -> "%d,%s,%s\n"
                        .formatted(step.step(), step.loss(), step.heldOutLoss() == null ? "" : step.heldOutLoss()))
                .collect(Collectors.joining("", "step,train_loss,valid_loss\n", ""));
    }
}
