package dev.tunedrop.trainer.kill;

import java.io.IOException;
import java.util.List;

/// A way to train: the command or the job. Runs have names, and a name that is started again goes on.
interface Program extends AutoCloseable {

    /// @param jvm more options of the virtual machine
    Child start(String run, Lesson lesson, List<String> jvm) throws IOException;

    /// sha256 of what the finished run handed over; fails when that is not what its result document says.
    String sum(String run) throws IOException;

    /// The metrics file, a line a step.
    List<String> metrics(String run) throws IOException;

    @Override
    void close() throws IOException;

    /// What is learnt.
    ///
    /// @param checkpointSteps steps between checkpoints
    record Lesson(long seed, int steps, int checkpointSteps) {

        String settings() {
            return """
                    {"method": "qlora", "rank": 4, "alpha": 8, "compute": "fp32", "learningRate": 0.01, "dropout": 0.1,
                     "epochs": 100, "batchSize": 2, "gradientAccumulation": 2, "maxTokens": 48, "validationShare": 0.2,
                     "evaluation": {"everySteps": 2, "keep": "best"},
                     "seed": %d, "maxSteps": %d, "checkpointSteps": %d}""".formatted(seed, steps, checkpointSteps);
        }
    }
}
