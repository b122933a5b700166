package dev.tunedrop.functions.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.DropVersions;
import dev.tunedrop.functions.cloud.DropVersions.Version;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.intake.Dropped;
import dev.tunedrop.functions.intake.Intake;

/// Lists the drop bucket against the ledger and starts what no event told of. A pass looks at what was written since
/// the pass before it, an hour more, and leaves the last minutes to the events that are on their way.
///
/// A listing has no sequencer: the version that a reader of the key sees is newer than any that the ledger knows, and
/// an older one that was missed is superseded, as it would be had its event come late.
public final class ReconcileDropsHandler extends JsonHandler<Tick, ReconcileDropsHandler.Reconciled> {

    /// Where the start of the last whole pass is noted.
    static final String NOTE = "schedules/reconciled.json";

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileDropsHandler.class);
    private static final Duration ON_THE_WAY = Duration.ofMinutes(5);
    private static final Duration OVERLAP = Duration.ofHours(1);
    private static final int SHORTEST = 10;
    private static final String JUST_AFTER = "8";

    private final Cloud cloud;
    private final DropVersions versions;
    private final Intake intake;
    private final Clock clock;

    public ReconcileDropsHandler() {
        this(Wiring.cloud(), Wiring.dropVersions(), Clock.systemUTC());
    }

    public ReconcileDropsHandler(Cloud cloud, DropVersions versions, Clock clock) {
        super(Tick.class);
        this.cloud = cloud;
        this.versions = versions;
        this.intake = new Intake(cloud, clock);
        this.clock = clock;
    }

    /// @param looked versions held against the ledger
    /// @param started executions that no event had started
    public record Reconciled(int looked, int started) {}

    record Note(Instant begun) {}

    @Override
    public Reconciled handle(Tick tick) {
        Instant begun = clock.instant();
        Instant from = cloud.artefacts()
                .findJson(NOTE, Note.class)
                .map(note -> note.begun().minus(OVERLAP))
                .orElse(Instant.EPOCH);
        Instant until = begun.minus(ON_THE_WAY);
        AtomicInteger looked = new AtomicInteger();
        AtomicInteger started = new AtomicInteger();
        versions.each(key -> {
            if (!key.getFirst().latest()
                    || !Dropped.isDrop(key.getFirst().drop().key())) return;
            for (Version version : key) {
                if (version.written().isBefore(from) || version.written().isAfter(until)) continue;
                looked.incrementAndGet();
                if (missed(version) && intake.take(dropped(version))) started.incrementAndGet();
            }
        });
        if (started.get() > 0) LOG.warn("{} drops had no event that arrived, and are started now", started);
        cloud.artefacts().putJson(NOTE, new Note(begun));
        return new Reconciled(looked.get(), started.get());
    }

    private boolean missed(Version version) {
        Optional<RunRecord> run = cloud.ledger().find(version.drop().runId());
        return run.isEmpty()
                || !(run.get().executionStarted() || run.get().state().terminal());
    }

    private Dropped dropped(Version version) {
        return new Dropped(version.drop(), version.latest() ? justAfterTheNewest(version.drop()) : "");
    }

    /// Sorts behind what the ledger knows of the key and before whatever S3 writes next: S3's words are long and begin
    /// with zeros.
    private String justAfterTheNewest(DropRef drop) {
        String known = cloud.ledger()
                .newestOf(drop.bucket(), drop.key())
                .flatMap(cloud.ledger()::find)
                .map(RunRecord::sequencer)
                .orElse("");
        return known + "0".repeat(Math.max(0, SHORTEST - known.length())) + JUST_AFTER;
    }
}
