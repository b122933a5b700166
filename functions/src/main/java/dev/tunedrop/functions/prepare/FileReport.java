package dev.tunedrop.functions.prepare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.Signal;
import dev.tunedrop.events.run.DatasetReport.Verdict;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.checks.PersonalDataCheck;
import dev.tunedrop.functions.checks.RowChecks;
import dev.tunedrop.functions.checks.sketch.SketchFile;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.dataset.FileKind;
import dev.tunedrop.functions.page.RowPicture;
import dev.tunedrop.functions.targets.TargetCheck;
import dev.tunedrop.functions.targets.Targets;
import dev.tunedrop.functions.targets.Verdicts;
import dev.tunedrop.text.BaseText;

/// The report of a file on this machine, by the same rules as a dropped one. Rows are streamed, never held.
///
/// @param report what a drop's report would say; without `validationFrom`, nothing is held out
/// @param pictures the report's sample rows with their text; empty without a base
/// @param heldOutShare share of the good rows that stand from the settings' `validationFrom` on; 0 without one
public record FileReport(DatasetReport report, List<RowPicture> pictures, double heldOutShare) {

    public FileReport {
        pictures = List.copyOf(pictures);
    }

    /// @param format what the rows must be; absent: found out
    /// @param text when given, tokens are counted too
    /// @param settings the run's: epochs, privacy and what is held out
    /// @param targets who is asked
    public static FileReport of(
            Path file,
            @Nullable DatasetFormat format,
            @Nullable BaseText text,
            int maxTokens,
            RunSettings settings,
            Targets targets)
            throws IOException {
        Path folder = TempFolders.create("tunedrop-check");
        try {
            int most = text == null ? maxTokens : text.atMost(maxTokens);
            return new Reading(file, format, text, most, settings, folder, new AtomicLong()).read(targets);
        } finally {
            TempFolders.delete(folder);
        }
    }

    /// One reading of a file, with a folder for what is written on the way.
    ///
    /// @param named counts the good rows that the settings name to be held out
    private record Reading(
            Path file,
            @Nullable DatasetFormat format,
            @Nullable BaseText text,
            int maxTokens,
            RunSettings settings,
            Path folder,
            AtomicLong named) {

        FileReport read(Targets targets) throws IOException {
            MessageDigest digest = Sha256.digest();
            DatasetCheck check = new DatasetCheck(format);
            List<TargetCheck> more = List.of(new TargetCheck(targets));
            @Nullable KeptTokens kept;
            RowChecks checks = new RowChecks(more, sketches());
            try (checks;
                    InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                kept = rows(in, check, checks);
                in.transferTo(OutputStream.nullOutputStream());
            }
            long good = check.rows() - check.refusedRows();
            try (SketchFile sketches = SketchFile.open(sketches())) {
                RowChecks.conclude(more, checks.tallies(), good, sketches, check.findings());
            }
            DatasetFormat.of(check.format())
                    .flatMap(rows -> Objectives.mismatch(settings.objective(), rows))
                    .ifPresent(check.findings()::add);
            if (kept != null) LabelRules.fault(kept.text().sortedLabels()).ifPresent(check.findings()::add);
            Signal signal = check.findings().errors() == 0 && kept != null
                    ? signal(kept.text(), Objectives.sequences(check.format()))
                    : null;
            if (nothingToTrain(signal, good)) check.findings().add(NothingToTrain.finding(settings));
            Long from = settings.validationFrom();
            if (from != null && good > 0 && named.get() == 0) check.findings().add(NothingToTrain.noneHeldOut(from));
            boolean accepted = check.findings().errors() == 0;
            DatasetReport report = new DatasetReport(
                    accepted ? Verdict.ACCEPTED : Verdict.REJECTED,
                    check.format(),
                    check.formats().formats(),
                    Files.size(file),
                    check.rows(),
                    check.refusedRows(),
                    Sha256.hex(digest.digest()),
                    check.findings().byRule(),
                    check.findings().listed(),
                    accepted ? signal : null,
                    new Verdicts(
                                    check.format(),
                                    lines(),
                                    Files.size(file),
                                    good,
                                    settings.epochs(),
                                    checks.tallies(),
                                    check.findings())
                            .of(targets),
                    PrivateData.of(settings.privacy(), PersonalDataCheck.found(checks.tallies())));
            return new FileReport(
                    report,
                    accepted && signal != null ? pictures(signal) : List.of(),
                    good == 0 ? 0 : (double) named.get() / good);
        }

        private @Nullable KeptTokens rows(InputStream in, DatasetCheck check, RowChecks checks) throws IOException {
            if (text == null) {
                check.file(in, (line, row) -> {
                    checks.take(line, row);
                    note(line);
                });
                return null;
            }
            try (ChunkTokens tokens = new ChunkTokens(text, maxTokens, check.findings(), shard(), rowsFile())) {
                check.file(in, (line, row) -> {
                    checks.take(line, row);
                    tokens.take(line, row);
                    note(line);
                });
                return tokens.finish();
            }
        }

        private void note(long line) {
            if (isNamed(line)) named.incrementAndGet();
        }

        private boolean isNamed(long line) {
            return settings.validationFrom() != null && line >= settings.validationFrom();
        }

        private boolean nothingToTrain(@Nullable Signal signal, long good) {
            if (good == 0) return false;
            return signal == null ? settings.validationFrom() != null && named.get() == good : signal.trainRows() == 0;
        }

        private Signal signal(ChunkReport.TextFigures figures, int sequences) throws IOException {
            SignalShape shape = SignalShape.of(shard(), maxTokens, sequences);
            try (Split split = new Split(0, folder);
                    BufferedReader in = Files.newBufferedReader(rowsFile());
                    TokenShardReader tokens = TokenShardReader.open(shard())) {
                long rows = 0;
                for (String line = in.readLine(); line != null; line = in.readLine(), rows++) {
                    RowSums row = RowSums.of(line);
                    split.see(row, isNamed(row.line()));
                }
                split.sort();
                split.decide();
                long heldOut = split.heldOut();
                return new Signal(
                        rows - split.duplicates() - heldOut,
                        heldOut,
                        tokens.tokens(),
                        figures.sortedLabels().isEmpty() ? tokens.trainedTokens() : tokens.rows(),
                        figures.longestRowTokens(),
                        figures.truncatedRows(),
                        figures.lostTrainedTokens(),
                        split.duplicates(),
                        figures.endOfTurnTrained(),
                        figures.templateSha256(),
                        figures.tokenizerSha256(),
                        figures.lengthHistogram(),
                        shape.packs(),
                        shape.packFill(),
                        shape.samples());
            }
        }

        private List<RowPicture> pictures(Signal signal) {
            return RowPictures.of(shard(), signal.samples(), Objects.requireNonNull(text));
        }

        /// Whether the file is rows as lines already, not packed and not one array.
        private boolean lines() throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] head = in.readNBytes(FileKind.HEAD_BYTES);
                return !FileKind.gzip(head) && !FileKind.array(head);
            }
        }

        private Path sketches() {
            return folder.resolve("sketches");
        }

        private Path shard() {
            return folder.resolve("shard.safetensors");
        }

        private Path rowsFile() {
            return folder.resolve("rows.jsonl");
        }
    }
}
