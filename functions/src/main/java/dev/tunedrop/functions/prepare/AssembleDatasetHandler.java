package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.Verdict;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.checks.PersonalDataCheck;
import dev.tunedrop.functions.checks.RowChecks;
import dev.tunedrop.functions.checks.sketch.Repeats;
import dev.tunedrop.functions.checks.sketch.SketchFile;
import dev.tunedrop.functions.checks.sketch.SketchWriter;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.page.ReportPage;
import dev.tunedrop.functions.targets.TargetCheck;
import dev.tunedrop.functions.targets.Targets;
import dev.tunedrop.functions.targets.Verdicts;

/// Puts the ranges' results together: one report, one verdict, and for an accepted dataset its shards and manifest.
public final class AssembleDatasetHandler extends JsonHandler<Step.Run, Step.Assembled> {

    private final Cloud cloud;
    private final Targets targets = Targets.load();

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
            return assemble(files, plan, settings, MergedReports.of(reports));
        } catch (IOException e) {
            throw new UncheckedIOException("[run %s] %s".formatted(input.runId(), e.getMessage()), e);
        } catch (Objects.VersionGone e) {
            throw new Rejected(Rejected.SUPERSEDED, "the dropped version was replaced while it was read");
        }
    }

    private Step.Assembled assemble(RunFiles files, ChunkPlan plan, RunSettings settings, MergedReports merged)
            throws IOException {
        DropRef drop = plan.drop();
        String sha256 = sha256(drop);
        DatasetFormat.of(merged.formats().format())
                .flatMap(format -> Objectives.mismatch(settings.objective(), format))
                .ifPresent(merged.findings()::add);
        long good = merged.rows() - merged.refusedRows();
        DatasetReport.@Nullable Signal signal = checked(files, settings, merged, good, sha256);
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
                signal,
                new Verdicts(
                                merged.formats().format(),
                                plan.unpacked() == null && plan.framing() == ChunkPlan.Framing.LINES,
                                drop.sizeBytes(),
                                good,
                                settings.epochs(),
                                merged.tallies(),
                                merged.findings())
                        .of(targets),
                PrivateData.of(settings.privacy(), PersonalDataCheck.found(merged.tallies())));
        cloud.artefacts().putJson(files.report(), report);
        cloud.artefacts()
                .put(
                        files.reportPage(),
                        ReportPage.html(drop.key(), report).getBytes(StandardCharsets.UTF_8),
                        "text/html; charset=utf-8");
        if (verdict == Verdict.ACCEPTED) noteAccepted(files.runId());
        cloud.metrics()
                .put(
                        Map.of("runId", files.runId()),
                        Map.of(verdict == Verdict.ACCEPTED ? Metric.ACCEPTED : Metric.REJECTED, 1));
        return new Step.Assembled(verdict.name(), reason(report), report.rows());
    }

    /// What the dataset is trained on when somebody wants it trained again.
    private void noteAccepted(String runId) {
        cloud.ledger()
                .find(runId)
                .filter(run -> run.retrain() == null && !run.drop().dryRun())
                .ifPresent(cloud.ledger().datasets()::accepted);
    }

    /// Adds what the checks beyond format say of the whole file, then writes what is trained on, if anything is.
    private DatasetReport.@Nullable Signal checked(
            RunFiles files, RunSettings settings, MergedReports merged, long good, String sha256) throws IOException {
        Path folder = TempFolders.create("tunedrop-sketches");
        try (SketchFile sketches = sketches(folder, files, merged)) {
            Repeats repeats = RowChecks.conclude(
                    List.of(new TargetCheck(targets)), merged.tallies(), good, sketches, merged.findings());
            if (merged.findings().errors() > 0) return null;
            return new ShardAssembly(cloud.artefacts(), files, settings, merged, repeats).write(sha256);
        } finally {
            TempFolders.delete(folder);
        }
    }

    /// The ranges' sketches as one file.
    private SketchFile sketches(Path folder, RunFiles files, MergedReports merged) throws IOException {
        Path all = folder.resolve("all");
        try (SketchWriter writer = new SketchWriter(all)) {
            for (ChunkReport chunk : merged.chunks()) {
                Path one = folder.resolve("one");
                if (!cloud.artefacts().download(files.chunkSketches(chunk.index()), one))
                    throw new IOException("the sketches of range " + chunk.index() + " are missing");
                try (SketchFile sketches = SketchFile.open(one)) {
                    writer.addAll(sketches, merged.linesBefore()[chunk.index()]);
                }
            }
        }
        return SketchFile.open(all);
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
