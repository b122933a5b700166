package dev.tunedrop.functions.prepare;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport.FormatSeen;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.functions.checks.Tally;

/// What one range's check found; lines are counted from the range's start.
///
/// @param lines lines the range owns, blank ones included
/// @param keptRows rows in the range's shard and rows file
/// @param tallies what the checks beyond format counted
/// @param text what tokenising said; absent when an error was found first
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
        @Nullable TextFigures text) {

    /// @param lengthHistogram upper bound of tokens per row → rows, powers of two
    record TextFigures(
            long longestRowTokens,
            long truncatedRows,
            long lostTrainedTokens,
            boolean endOfTurnTrained,
            String templateSha256,
            String tokenizerSha256,
            Map<Integer, Long> lengthHistogram) {}
}
