package dev.tunedrop.functions.prepare;

import java.util.List;
import java.util.Map;

import dev.tunedrop.events.run.Finding;

/// What tokenising a range made and said: the marker that is written last, when its two files are there.
///
/// @param rows rows in the shard and in the rows file
/// @param findings what tokenising found, none of it an error; the checks are run each time and are not kept
record KeptTokens(
        long rows,
        ChunkReport.TextFigures text,
        Map<String, Long> findingsByRule,
        List<Finding> findings,
        String shardSha256,
        String rowsSha256) {

    KeptTokens {
        findingsByRule = Map.copyOf(findingsByRule);
        findings = List.copyOf(findings);
    }
}
