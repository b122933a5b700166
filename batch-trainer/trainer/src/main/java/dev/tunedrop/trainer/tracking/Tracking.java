package dev.tunedrop.trainer.tracking;

import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.run.FineTuning;
import dev.tunedrop.trainer.run.StepListener;

/// Follows a run somewhere else. Closing it without an end says that the run failed.
public sealed interface Tracking extends StepListener, AutoCloseable permits MlflowTracking, Tracking.Nowhere {

    void ended(FineTuning.Outcome outcome);

    @Override
    void close();

    /// The server that the settings or the environment name; nothing where neither does.
    ///
    /// @param dataset the experiment's name where the settings give none
    /// @param environment null for a name that is not set
    /// @throws dev.tunedrop.events.UserMistake when the server's address is none
    static Tracking of(
            RunSettings settings, String runId, String dataset, Function<String, @Nullable String> environment) {
        String experiment = settings.tracking().experiment();
        Optional<TrackingServer> server = TrackingServer.of(settings.tracking().mlflow(), environment);
        if (server.isEmpty()) return new Nowhere();
        return new MlflowTracking(server.get(), experiment == null ? dataset : experiment, runId, settings);
    }

    /// Nobody follows.
    record Nowhere() implements Tracking {
        @Override
        public void stepped(dev.tunedrop.events.run.StepMetrics metrics) {
            // nobody is told
        }

        @Override
        public void ended(FineTuning.Outcome outcome) {
            // nobody is told
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
