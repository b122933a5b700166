package dev.tunedrop.local.finetuning;

import dev.tunedrop.local.finetuning.http.Reply;

/// What is asked of the cloud beyond the functions' own doors.
public interface CloudDoor extends AutoCloseable {

    /// Ends a run's execution, and the training job that it waits for. No-op when it has ended, or never began.
    void stop(String runId, String cause);

    /// Makes a run's training job save what it has and wait, or not begin.
    void hold(String runId);

    /// Lets it go on.
    void release(String runId);

    /// Sends a chat to a component of an endpoint; the container's own refusal is an answer too.
    Reply.Passed chat(String endpoint, String component, byte[] body);

    /// The same, as it is being written: a stream, or the container's own refusal.
    Reply stream(String endpoint, String component, byte[] body);

    @Override
    void close();
}
