package dev.tunedrop.functions.schedule;

import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.prepare.TuneFile;
import dev.tunedrop.functions.quote.Catalogue;
import dev.tunedrop.functions.quote.CatalogueFiles;

/// Says, once for each model that answers and each date, that its base goes away within [#AHEAD] by the catalogue,
/// and that its dataset wants another one. Which one comes next is for the team to say: where `tune.json` names it
/// (`retrain.onRetirement`) the dataset is trained on it at once, within the caps of any run; elsewhere people are
/// told, and nothing is started.
public final class WatchRetirementsHandler extends JsonHandler<Tick, WatchRetirementsHandler.Told> {

    /// How long before the end it is told.
    static final Period AHEAD = Period.ofDays(60);

    /// Where it is noted what was told.
    static final String NOTE = "schedules/retirements.json";

    private static final Logger LOG = LoggerFactory.getLogger(WatchRetirementsHandler.class);

    private final Cloud cloud;
    private final Clock clock;

    public WatchRetirementsHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public WatchRetirementsHandler(Cloud cloud, Clock clock) {
        super(Tick.class);
        this.cloud = cloud;
        this.clock = clock;
    }

    /// @param endpoints for which it was told now
    public record Told(List<String> endpoints) {
        public Told {
            endpoints = List.copyOf(endpoints);
        }
    }

    /// @param told one word for each model and date
    record Note(List<String> told) {}

    private record Retirement(LocalDate day, String source) {}

    @Override
    public Told handle(Tick tick) {
        Catalogue catalogue = CatalogueFiles.load(cloud.artefacts());
        LocalDate horizon = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plus(AHEAD);
        TreeSet<String> told = new TreeSet<>(
                cloud.artefacts().findJson(NOTE, Note.class).map(Note::told).orElse(List.of()));
        List<String> endpoints = new ArrayList<>();
        for (Alias live : cloud.ledger().aliases()) {
            Optional<Retirement> end = retirement(catalogue, live.base())
                    .filter(found -> !found.day().isAfter(horizon));
            if (end.isEmpty() || !told.add(live.runId() + " " + end.get().day())) continue;
            tell(live, end.get());
            endpoints.add(live.endpoint());
        }
        if (!endpoints.isEmpty()) cloud.artefacts().putJson(NOTE, new Note(List.copyOf(told)));
        return new Told(endpoints);
    }

    private void tell(Alias live, Retirement end) {
        Optional<RunRecord> run = cloud.ledger().find(live.runId());
        String dataset = run.map(RunRecord::dataset).orElse(live.endpoint());
        String next =
                run.map(this::next).filter(base -> !base.equals(live.base())).orElse(null);
        String note = "the base %s of the endpoint %s ends on %s (%s); %s"
                .formatted(
                        live.base(),
                        live.endpoint(),
                        end.day(),
                        end.source(),
                        next == null
                                ? "name another base in tune.json and drop the file again"
                                : "tune.json names %s as the next".formatted(next));
        LOG.warn("{}", note);
        cloud.bus()
                .publish(new RetrainRequested(
                                clock.instant(),
                                dataset,
                                RetrainRequested.Cause.BASE_RETIREMENT,
                                note,
                                "retirement " + live.runId() + " " + end.day())
                        .on(next));
    }

    private @Nullable String next(RunRecord run) {
        try {
            return TuneFile.of(cloud.drops(), run.drop()).retrain().onRetirement();
        } catch (Rejected unreadable) {
            LOG.warn("which base comes after that of {} cannot be read: {}", run.dataset(), unreadable.getMessage());
            return null;
        }
    }

    /// An alias names a base of ours by its id and a service's as provider, slash, model.
    private static Optional<Retirement> retirement(Catalogue catalogue, String base) {
        return Stream.concat(
                        catalogue.bases().rows().stream()
                                .filter(row -> row.id().equals(base))
                                .flatMap(row -> retirement(row.endOfLife(), row.source())),
                        catalogue.managed().rows().stream()
                                .filter(row -> (row.provider() + "/" + row.model()).equals(base))
                                .flatMap(row -> retirement(row.endOfLife(), row.source())))
                .findFirst();
    }

    private static Stream<Retirement> retirement(@Nullable LocalDate day, String source) {
        return day == null ? Stream.empty() : Stream.of(new Retirement(day, source));
    }
}
