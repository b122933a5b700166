package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.events.run.RunSettings.Schedule;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.checkpoint.Checkpoints;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.checkpoint.MachineStamp;
import dev.tunedrop.trainer.checkpoint.RunIdentity;
import dev.tunedrop.trainer.checkpoint.SaveRhythm;
import dev.tunedrop.trainer.data.DataOrder;
import dev.tunedrop.trainer.data.StepPlan;
import dev.tunedrop.trainer.data.StepSource;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.optim.Schedules;

/// Runs of the loop on a model whose every number is known, each with its checkpoints in a folder of its own.
final class QuadraticRuns implements AutoCloseable {

    static final int STEPS = 12;
    static final RunIdentity IDENTITY = new RunIdentity("b", "d", "s");

    private static final MachineStamp MACHINE = new MachineStamp("cpu", "test", "2.7.1", 2);

    private final Path folder;
    private final NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager();
    private final TokenShardReader shard;
    private SaveRhythm rhythm = SaveRhythm.of(5);

    QuadraticRuns(Path folder) throws IOException {
        this.folder = folder;
        Path file = folder.resolve("train.safetensors");
        try (TokenShardWriter writer = new TokenShardWriter(file, Map.of())) {
            for (int row = 0; row < 48; row++)
                writer.add(new int[] {0, row % 7, row % 5}, new boolean[] {false, true, true}, row + 1);
        }
        shard = TokenShardReader.open(file);
    }

    TokenShardReader shard() {
        return shard;
    }

    void rhythm(SaveRhythm chosen) {
        rhythm = chosen;
    }

    /// A run from its first step to its last.
    void whole(String name) {
        try (Session session = session(name, IDENTITY, new ArrayList<>(), new StopSignals())) {
            session.run();
        }
    }

    Session session(String name, RunIdentity identity, List<StepMetrics> seen, StopSignals stop) {
        return session(name, identity, seen, stop, m -> {});
    }

    Session session(
            String name, RunIdentity identity, List<StepMetrics> seen, StopSignals stop, StepListener listener) {
        return session(name, identity, seen, stop, listener, new int[] {4, 1});
    }

    /// @param cut of a step: rows of a micro-batch, micro-batches
    Session session(
            String name,
            RunIdentity identity,
            List<StepMetrics> seen,
            StopSignals stop,
            StepListener listener,
            int[] cut) {
        return session(name, identity, seen, stop, listener, cut, MACHINE);
    }

    Session session(
            String name,
            RunIdentity identity,
            List<StepMetrics> seen,
            StopSignals stop,
            StepListener listener,
            int[] cut,
            MachineStamp machine) {
        return new Session(name, identity, seen, stop, listener, cut, machine);
    }

    @Override
    public void close() {
        shard.close();
        manager.close();
    }

    /// One attempt.
    final class Session implements AutoCloseable {
        final QuadraticModel model = new QuadraticModel(manager);
        private final HeldOutWatch watch =
                new HeldOutWatch(HeldOutWatch.Plan.NEVER, () -> 0, model.parameters(), manager);
        private final AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0.01), manager);
        final TrainingRun run;
        private final List<StepListener> listeners;

        private Session(
                String name,
                RunIdentity identity,
                List<StepMetrics> seen,
                StopSignals stop,
                StepListener listener,
                int[] cut,
                MachineStamp machine) {
            listeners = List.of(seen::add, listener);
            StepSource source = new StepSource(shard, new DataOrder(3, 1, 3, true), StepPlan.sequences(cut[0], cut[1]));
            run = new TrainingRun(
                    new TrainingRun.Recipe(Schedules.of(Schedule.COSINE, 0.3, source.steps(), 0.2), 1.0, rhythm),
                    model,
                    source,
                    optimiser,
                    watch,
                    new Checkpoints(new DirectoryStore(folder.resolve(name)), identity, machine),
                    stop);
        }

        Ending run() {
            return run.run(listeners);
        }

        float[] weights() {
            return model.parameters().getFirst().master().toFloatArray();
        }

        @Override
        public void close() {
            watch.close();
            optimiser.close();
            model.close();
        }
    }
}
