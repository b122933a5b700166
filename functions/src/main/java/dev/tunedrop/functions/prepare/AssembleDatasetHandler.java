package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.Verdict;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.dataset.ReportPage;

/// Puts the ranges' results together: one report, one verdict, and for an accepted dataset its shards and manifest.
public final class AssembleDatasetHandler extends JsonHandler<Step.Run, Step.Assembled> {

    private final Cloud cloud;

    public AssembleDatasetHandler() {
        this(Wiring.cloud());
    }

    public AssembleDatasetHandler(Cloud cloud) {
        super(Step.Run.class);
        this.cloud = cloud;
    }

    @Override
    public Step.Assembled handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        ChunkPlan plan = cloud.artefacts().json(files.plan(), ChunkPlan.class);
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        List<ChunkReport> reports = new ArrayList<>();
        for (ChunkPlan.ByteRange chunk : plan.chunks())
            reports.add(cloud.artefacts().json(files.chunkReport(chunk.index()), ChunkReport.class));
        try {
            return assemble(files, plan.drop(), settings, MergedReports.of(reports));
        } catch (IOException e) {
            throw new UncheckedIOException("[run %s] %s".formatted(input.runId(), e.getMessage()), e);
        } catch (Objects.VersionGone e) {
            throw new Rejected(Rejected.SUPERSEDED, "the dropped version was replaced while it was read");
        }
    }

    private Step.Assembled assemble(RunFiles files, DropRef drop, RunSettings settings, MergedReports merged)
            throws IOException {
        String sha256 = sha256(drop);
        DatasetFormat.of(merged.formats().format())
                .flatMap(format -> Objectives.mismatch(settings.objective(), format))
                .ifPresent(merged.findings()::add);
        DatasetReport.@Nullable Signal signal = null;
        if (merged.findings().errors() == 0)
            signal = new ShardAssembly(cloud.artefacts(), files, settings, merged).write(sha256);
        Verdict verdict = merged.findings().errors() == 0 ? Verdict.ACCEPTED : Verdict.REJECTED;
        DatasetReport report = new DatasetReport(
                verdict,
                merged.formats().format(),
                merged.formats().formats(),
                drop.sizeBytes(),
                merged.rows(),
                merged.refusedRows(),
                sha256,
                merged.findings().byRule(),
                merged.findings().listed(),
                signal);
        cloud.artefacts().putJson(files.report(), report);
        cloud.artefacts()
                .put(
                        files.reportPage(),
                        ReportPage.html(drop.key(), report).getBytes(StandardCharsets.UTF_8),
                        "text/html; charset=utf-8");
        return new Step.Assembled(verdict.name(), reason(report), report.rows());
    }

    private String sha256(DropRef drop) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (InputStream in =
                new DigestInputStream(cloud.drops().open(drop.key(), drop.version(), 0, drop.sizeBytes()), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Sha256.hex(digest.digest());
    }

    private static String reason(DatasetReport report) {
        if (report.verdict() == Verdict.ACCEPTED) return "";
        Finding first = report.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .findFirst()
                .orElseThrow();
        String place = first.line() == 0 ? "" : "line " + first.line() + ": ";
        String count = report.refusedRows() > 1
                ? " (%d of %d rows are at fault)".formatted(report.refusedRows(), report.rows())
                : "";
        return "%s: %s%s%s. %s".formatted(first.rule(), place, first.message(), count, first.remedy());
    }
}
