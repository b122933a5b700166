package dev.tunedrop.functions.cloud;

import java.time.Instant;
import java.util.List;

/// The queues in which training jobs wait for a machine.
public interface Jobs {

    Line line(String queue);

    /// Takes a job back that has no machine yet; no-op once it has one, or has ended.
    ///
    /// @param reason what the job says of its end: one sentence
    void withdraw(String jobId, String reason);

    /// A queue as it stands.
    ///
    /// @param busy jobs that have a machine
    record Line(List<Waiting> waiting, int busy) {
        public Line {
            waiting = List.copyOf(waiting);
        }
    }

    /// @param name the run's
    /// @param since when it was submitted, or lost its last machine
    record Waiting(String jobId, String name, Instant since) {}
}
