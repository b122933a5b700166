package dev.tunedrop.functions.cloud;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunState;

/// A run's row in the ledger.
///
/// @param sequencer S3's order of writes to one key, a hexadecimal word; empty where the store gives none
/// @param executionStarted true once StartExecution has answered
/// @param reason why a run ended without a model: a code, a colon, a sentence
/// @param taskToken answers the question a run is waiting on
/// @param retrain why it is there when no new file started it
public record RunRecord(
        String runId,
        DropRef drop,
        String sequencer,
        RunState state,
        boolean executionStarted,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String reason,
        @Nullable String taskToken,
        @Nullable Retrain retrain) {

    public static RunRecord begun(DropRef drop, String sequencer, Instant now) {
        return new RunRecord(drop.runId(), drop, sequencer, RunState.RUNNING, false, now, null, null, null, null);
    }

    /// Another run over the drop of this one.
    public RunRecord again(Retrain why, Instant now) {
        String name = drop.runIdFor(why.request());
        return new RunRecord(name, drop, sequencer, RunState.RUNNING, false, now, null, null, null, why);
    }

    public String dataset() {
        return drop.dataset();
    }

    /// Whether this drop was written after the other one to the same key; of two runs over one version, whether this
    /// one was not begun before the other.
    public boolean newerThan(RunRecord other) {
        int order = compareSequencers(sequencer, other.sequencer());
        if (order != 0) return order > 0;
        return drop.version().equals(other.drop().version())
                ? !startedAt.isBefore(other.startedAt())
                : startedAt.isAfter(other.startedAt());
    }

    /// S3's rule: pad the shorter with zeros on the right, then compare as text.
    static int compareSequencers(String a, String b) {
        int length = Math.max(a.length(), b.length());
        return padded(a, length).compareTo(padded(b, length));
    }

    private static String padded(String sequencer, int length) {
        return sequencer + "0".repeat(length - sequencer.length());
    }

    @Override
    public String toString() {
        return "RunRecord[" + runId + ", " + state + "]";
    }
}
