package dev.tunedrop.functions.prepare;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Labels;
import dev.tunedrop.events.run.DatasetReport.FormatSeen;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.functions.checks.Tallies;
import dev.tunedrop.functions.checks.Tally;
import dev.tunedrop.functions.dataset.DatasetCheck;

/// What one range's check found; lines are counted from the range's start.
///
/// @param lines lines the range owns, blank ones included
/// @param keptRows rows in the range's shard and rows file
/// @param tallies what the checks beyond format counted
/// @param text what tokenising said; absent when an error was found first
/// @param shards the key under which the range's tokens and rows lie, see `ShardFiles`; absent with an error
record ChunkReport(
        int index,
        List<FormatSeen> formats,
        long lines,
        long rows,
        long refusedRows,
        long errors,
        Map<String, Long> findingsByRule,
        List<Finding> findings,
        long keptRows,
        Map<String, Tally> tallies,
        @Nullable TextFigures text,
        @Nullable String shards) {

    /// The report of a range whose tokens are `kept` under a key; both absent when an error was found.
    static ChunkReport of(
            int index, DatasetCheck check, Tallies tallies, @Nullable KeptTokens kept, @Nullable String key) {
        return new ChunkReport(
                index,
                check.formats().formats(),
                check.lines(),
                check.rows(),
                check.refusedRows(),
                check.findings().errors(),
                check.findings().byRule(),
                check.findings().listed(),
                kept == null ? 0 : kept.rows(),
                tallies.all(),
                kept == null ? null : kept.text(),
                key);
    }

    /// @param lengthHistogram upper bound of tokens per row → rows, powers of two
    /// @param labels of rows of text and label, at most one more than is allowed; absent in what older runs kept
    record TextFigures(
            long longestRowTokens,
            long truncatedRows,
            long lostTrainedTokens,
            boolean endOfTurnTrained,
            String templateSha256,
            String tokenizerSha256,
            Map<Integer, Long> lengthHistogram,
            @Nullable List<String> labels) {

        TextFigures {
            labels = labels == null ? List.of() : List.copyOf(labels);
        }

        /// Every label once, in the order of a classifier's answers.
        List<String> sortedLabels() {
            return labels == null ? List.of() : Labels.sorted(labels);
        }
    }
}
