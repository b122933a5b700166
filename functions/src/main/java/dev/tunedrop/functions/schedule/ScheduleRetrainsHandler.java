package dev.tunedrop.functions.schedule;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.run.RetrainSettings;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Datasets;
import dev.tunedrop.functions.cloud.Datasets.Dataset;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.prepare.TuneFile;

/// Asks for training where a dataset's `tune.json` says that its time has come (`retrain.every`, counted from its last
/// run), once a day at most, and puts a request that waited for a run's end on the bus again. Due is what is due: a
/// pass that was missed is made good by the next, and one that is repeated asks under the same name.
///
/// A dataset whose newest accepted drop has had a run that came to a verdict has no new rows, and is left alone unless
/// `retrain.always` says otherwise: the same rows with the same settings make the same adapter.
public final class ScheduleRetrainsHandler extends JsonHandler<Tick, ScheduleRetrainsHandler.Asked> {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduleRetrainsHandler.class);

    private final Cloud cloud;
    private final Datasets datasets;
    private final Clock clock;

    public ScheduleRetrainsHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public ScheduleRetrainsHandler(Cloud cloud, Clock clock) {
        super(Tick.class);
        this.cloud = cloud;
        this.datasets = cloud.ledger().datasets();
        this.clock = clock;
    }

    /// @param datasets for which training was asked for now
    public record Asked(List<String> datasets) {
        public Asked {
            datasets = List.copyOf(datasets);
        }
    }

    @Override
    public Asked handle(Tick tick) {
        Instant now = clock.instant();
        List<String> asked = new ArrayList<>();
        for (Dataset dataset : datasets.all()) {
            Optional<RunRecord> latest =
                    Optional.ofNullable(dataset.latestRun()).flatMap(cloud.ledger()::find);
            if (latest.filter(run -> !run.state().terminal()).isPresent()) continue;
            Optional<RetrainRequested> request =
                    dataset.waiting() == null ? due(dataset, latest, now) : Optional.of(dataset.waiting());
            if (request.isEmpty()) continue;
            cloud.bus().publish(request.get());
            asked.add(dataset.name());
        }
        return new Asked(asked);
    }

    private Optional<RetrainRequested> due(Dataset dataset, Optional<RunRecord> latest, Instant now) {
        Optional<RunRecord> accepted =
                Optional.ofNullable(dataset.acceptedRun()).flatMap(cloud.ledger()::find);
        if (accepted.isEmpty()) return Optional.empty();
        RunRecord last = latest.orElse(accepted.get());
        RetrainSettings settings = settings(accepted.get());
        Period rhythm = settings.rhythm();
        if (rhythm == null || now.isBefore(last.startedAt().plus(rhythm))) return Optional.empty();
        if (!settings.always() && !unjudged(accepted.get(), last)) return Optional.empty();
        String request = "schedule %s %s".formatted(dataset.name(), LocalDate.ofInstant(now, ZoneOffset.UTC));
        if (datasets.answer(request).isPresent()) return Optional.empty();
        String why = "tune.json asks for it every %s, and its last run began on %s"
                .formatted(
                        Objects.requireNonNull(settings.every()),
                        LocalDate.ofInstant(last.startedAt(), ZoneOffset.UTC));
        return Optional.of(new RetrainRequested(now, dataset.name(), RetrainRequested.Cause.SCHEDULE, why, request));
    }

    /// Whether the newest run over the accepted drop broke off.
    private static boolean unjudged(RunRecord accepted, RunRecord last) {
        RunRecord newest = last.drop().equals(accepted.drop()) ? last : accepted;
        return newest.state() == RunState.FAILED;
    }

    private RetrainSettings settings(RunRecord run) {
        try {
            return TuneFile.of(cloud.drops(), run.drop()).retrain();
        } catch (Rejected unreadable) {
            LOG.warn("{} is not trained by the clock: {}", run.dataset(), unreadable.getMessage());
            return new RetrainSettings(null, false, null, null);
        }
    }
}
