package dev.tunedrop.functions.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.prepare.TuneFile;
import dev.tunedrop.functions.publish.Names;
import dev.tunedrop.functions.schedule.StabilityIndex.Shift;

/// Holds what each endpoint of ours was asked in the last day against the rows that its adapter was trained on, and
/// asks for training once when the distance crosses the line that `tune.json` draws (`retrain.drift`). It asks again
/// only after the distance was below the line in between: an adapter that was trained on the same rows again is as far
/// from what is asked as the one before.
public final class WatchDriftHandler extends JsonHandler<Tick, WatchDriftHandler.Watched> {

    /// Fewer prompts say nothing.
    static final int FEWEST = 100;

    private static final Logger LOG = LoggerFactory.getLogger(WatchDriftHandler.class);
    private static final Duration WINDOW = Duration.ofDays(1);

    private final Cloud cloud;
    private final ProfileLog profiles;
    private final Clock clock;

    public WatchDriftHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public WatchDriftHandler(Cloud cloud, Clock clock) {
        super(Tick.class);
        this.cloud = cloud;
        this.profiles = new ProfileLog(cloud.artefacts());
        this.clock = clock;
    }

    /// @param looked endpoints that had enough prompts to judge by
    /// @param asked endpoints whose dataset is to be trained again
    public record Watched(List<String> looked, List<String> asked) {
        public Watched {
            looked = List.copyOf(looked);
            asked = List.copyOf(asked);
        }
    }

    /// @param above whether the distance was above the line at the last look
    record Note(boolean above) {}

    /// @param line above which it is far
    private record Distance(String dataset, Shift shift, double line, long prompts) {
        boolean above() {
            return shift.value() > line;
        }
    }

    @Override
    public Watched handle(Tick tick) {
        Instant now = clock.instant();
        List<String> looked = new ArrayList<>();
        List<String> asked = new ArrayList<>();
        int above = 0;
        for (Alias live : cloud.ledger().aliases()) {
            Optional<Distance> distance = distance(live, now);
            if (distance.isEmpty()) continue;
            looked.add(live.endpoint());
            if (distance.get().above()) above++;
            if (crossed(live, distance.get(), now)) asked.add(live.endpoint());
        }
        if (!looked.isEmpty()) cloud.metrics().put(Map.of(), Map.of(Metric.DRIFTED, above));
        return new Watched(looked, asked);
    }

    /// None where nobody drew a line, or where there is too little to tell.
    private Optional<Distance> distance(Alias live, Instant now) {
        Optional<RunRecord> run = Names.managed(live.component())
                ? Optional.empty()
                : cloud.ledger().find(live.runId());
        if (run.isEmpty()) return Optional.empty();
        Double line = line(run.get());
        if (line == null) return Optional.empty();
        Optional<PromptProfile> trained = cloud.artefacts()
                .findJson(new RunFiles(live.runId()).prompts(), PromptProfile.class)
                .filter(profile -> profile.prompts() > 0);
        if (trained.isEmpty()) return Optional.empty();
        PromptProfile asked = profiles.between(live.component(), now.minus(WINDOW), now);
        if (asked.prompts() < FEWEST) return Optional.empty();
        Shift shift = StabilityIndex.between(asked, trained.get());
        cloud.metrics().put(Map.of("endpoint", live.endpoint()), Map.of(Metric.DRIFT, shift.value()));
        return Optional.of(new Distance(run.get().dataset(), shift, line, asked.prompts()));
    }

    private @Nullable Double line(RunRecord run) {
        try {
            return TuneFile.of(cloud.drops(), run.drop()).retrain().drift();
        } catch (Rejected unreadable) {
            LOG.warn("drift of {} is not looked at: {}", run.dataset(), unreadable.getMessage());
            return null;
        }
    }

    /// The request goes out before the note: one that is repeated is known by its name.
    private boolean crossed(Alias live, Distance distance, Instant now) {
        String note = "schedules/drift/" + live.endpoint() + ".json";
        boolean above = distance.above();
        boolean before =
                cloud.artefacts().findJson(note, Note.class).map(Note::above).orElse(false);
        if (above == before) return false;
        if (above) ask(live, distance, now);
        cloud.artefacts().putJson(note, new Note(above));
        return above;
    }

    private void ask(Alias live, Distance distance, Instant now) {
        String why = String.format(
                Locale.ROOT,
                "what the endpoint %s is asked has drifted from its rows: %s %.2f, above %.2f, in %d prompts of a day",
                live.endpoint(),
                distance.shift().name(),
                distance.shift().value(),
                distance.line(),
                distance.prompts());
        LOG.warn("{}", why);
        cloud.bus()
                .publish(new RetrainRequested(
                        now,
                        distance.dataset(),
                        RetrainRequested.Cause.DRIFT,
                        why,
                        "drift " + live.runId() + " " + LocalDate.ofInstant(now, ZoneOffset.UTC),
                        null,
                        null,
                        null,
                        distance.shift().name(),
                        distance.shift().value()));
    }
}
