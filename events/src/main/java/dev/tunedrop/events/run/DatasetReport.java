package dev.tunedrop.events.run;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// The verdict on a dataset and the figures behind it.
///
/// @param formats what the rows were read as and why, in the order met; absent in reports of earlier versions
/// @param rows rows read, good or not
/// @param findings the first hundred, in file order; `findingsByRule` counts all
/// @param signal what will be trained; absent when the file was refused before it was tokenised
/// @param targets what each place that tunes models would say of it
public record DatasetReport(
        Verdict verdict,
        String format,
        @Nullable List<FormatSeen> formats,
        long sizeBytes,
        long rows,
        long refusedRows,
        String datasetSha256,
        Map<String, Long> findingsByRule,
        List<Finding> findings,
        @Nullable Signal signal,
        List<TargetVerdict> targets,
        PrivateData privateData) {

    public enum Verdict {
        ACCEPTED,
        REJECTED
    }

    public DatasetReport {
        findings = List.copyOf(findings);
        targets = List.copyOf(targets);
        formats = formats == null ? null : List.copyOf(formats);
    }

    /// A format that rows were made out to have.
    ///
    /// @param firstLine where it was first met
    /// @param fields the fields it was made out by → rows that have them
    public record FormatSeen(String format, long rows, long firstLine, Map<String, Long> fields) {}

    /// What the trainer will see.
    ///
    /// @param trainedTokens tokens that carry loss
    /// @param lengthHistogram upper bound of tokens per row → rows, powers of two
    /// @param packs sequences of one epoch with packing on, laid best-fit-decreasing, windows of rows in file order
    /// @param packFill share of the packs' room that holds tokens
    /// @param samples a few rows, chosen by their content's hash, and the longest
    public record Signal(
            long trainRows,
            long validationRows,
            long tokens,
            long trainedTokens,
            long longestRowTokens,
            long truncatedRows,
            long lostTrainedTokens,
            long duplicateRows,
            boolean endOfTurnTrained,
            String templateSha256,
            String tokenizerSha256,
            Map<Integer, Long> lengthHistogram,
            long packs,
            double packFill,
            List<RowShape> samples) {

        public Signal {
            samples = List.copyOf(samples);
        }
    }

    /// Which tokens of a row carry loss, without its text.
    ///
    /// @param runs lengths of the stretches of tokens that carry no loss, loss, none, … in turn; the first may be 0
    public record RowShape(long line, List<Integer> runs) {
        public RowShape {
            runs = List.copyOf(runs);
        }
    }
}
