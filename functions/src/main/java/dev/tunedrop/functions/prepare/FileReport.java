package dev.tunedrop.functions.prepare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.Signal;
import dev.tunedrop.events.run.DatasetReport.Verdict;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.text.BaseText;

/// The report of a file on this machine, by the same rules as a dropped one. Rows are streamed, never held.
public final class FileReport {

    private FileReport() {}

    /// @param format what the rows must be; absent: found out
    /// @param text when given, tokens are counted too; nothing is held out
    public static DatasetReport of(Path file, @Nullable DatasetFormat format, @Nullable BaseText text, int maxTokens)
            throws IOException {
        MessageDigest digest = Sha256.digest();
        DatasetCheck check = new DatasetCheck(format);
        Signal signal = null;
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            if (text == null) check.file(in, (line, row) -> {});
            else signal = tokens(in, check, text, maxTokens);
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        boolean accepted = check.findings().errors() == 0;
        return new DatasetReport(
                accepted ? Verdict.ACCEPTED : Verdict.REJECTED,
                check.format(),
                check.formats().formats(),
                Files.size(file),
                check.rows(),
                check.refusedRows(),
                Sha256.hex(digest.digest()),
                check.findings().byRule(),
                check.findings().listed(),
                accepted ? signal : null);
    }

    private static @Nullable Signal tokens(InputStream in, DatasetCheck check, BaseText text, int maxTokens)
            throws IOException {
        Path folder = Files.createTempDirectory("tunedrop-check");
        try {
            Path shard = folder.resolve("shard.safetensors");
            Path rows = folder.resolve("rows.jsonl");
            KeptTokens kept;
            try (ChunkTokens tokens = new ChunkTokens(text, maxTokens, check.findings(), shard, rows)) {
                check.file(in, tokens);
                kept = tokens.finish();
            }
            return kept == null ? null : signal(kept.text(), kept.rows(), shard, rows, folder);
        } finally {
            TempFolders.delete(folder);
        }
    }

    private static Signal signal(ChunkReport.TextFigures text, long kept, Path shard, Path rows, Path scratch)
            throws IOException {
        try (Split split = new Split(0, scratch);
                BufferedReader in = Files.newBufferedReader(rows);
                TokenShardReader tokens = TokenShardReader.open(shard)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                RowSums sums = RowSums.of(line);
                split.see(sums.content(), sums.question());
            }
            split.decide();
            return new Signal(
                    kept - split.duplicates(),
                    0,
                    tokens.tokens(),
                    tokens.trainedTokens(),
                    text.longestRowTokens(),
                    text.truncatedRows(),
                    text.lostTrainedTokens(),
                    split.duplicates(),
                    text.endOfTurnTrained(),
                    text.templateSha256(),
                    text.tokenizerSha256(),
                    text.lengthHistogram());
        }
    }
}
