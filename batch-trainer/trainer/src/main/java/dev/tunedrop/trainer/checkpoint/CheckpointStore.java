package dev.tunedrop.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Where checkpoints are kept. A checkpoint is there once its manifest is.
public interface CheckpointStore {

    /// For messages.
    String place();

    /// Names the writer of what follows; part of a state's address where two attempts might write at once.
    String attempt();

    /// Where the state of a step is to be written, on this machine.
    Path stateFile(int step) throws IOException;

    /// Makes the checkpoint exist: keeps `state`, then the manifest.
    void publish(CheckpointManifest manifest, Path state) throws IOException;

    /// Steps that have a manifest, newest first.
    List<Integer> steps() throws IOException;

    byte[] manifest(int step) throws IOException;

    /// The state file, on this machine; it may be cut short or missing.
    Path fetch(CheckpointManifest manifest) throws IOException;

    /// Manifest first, so that what is half deleted does not exist.
    void delete(int step) throws IOException;
}
