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
        @Nullable Signal signal) {

    public enum Verdict {
        ACCEPTED,
        REJECTED
    }

    public DatasetReport {
        findings = List.copyOf(findings);
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
            Map<Integer, Long> lengthHistogram) {}
}
