package dev.tunedrop.functions.publish;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;

/// Makes a component the one that answers, by compare-and-swap: of two runs that finish together one moves
/// the alias and the other sees it. What was live before is kept for a rollback; what was live before that
/// is taken away.
final class AliasMove {

    private static final int TRIES = 8;

    private final Cloud cloud;
    private final Clock clock;

    AliasMove(Cloud cloud, Clock clock) {
        this.cloud = cloud;
        this.clock = clock;
    }

    void move(
            RunFiles files,
            String base,
            String endpoint,
            String component,
            String uri,
            String sha256,
            List<Publication.Sample> samples) {
        for (int i = 0; i < TRIES; i++) {
            @Nullable Alias live = cloud.ledger().alias(endpoint).orElse(null);
            if (live != null) refuseIfNewer(files.runId(), live);
            String previousRun = live == null ? null : live.runId();
            String previous = live == null ? null : live.component();
            cloud.artefacts()
                    .putJson(
                            files.publication(),
                            new Publication(files.runId(), endpoint, component, previous, uri, sha256, samples));
            Alias next = new Alias(
                    endpoint, files.runId(), component, base, uri, sha256, previousRun, previous, clock.instant());
            if (cloud.ledger().moveAlias(endpoint, previousRun, next)) {
                String before = live == null ? null : live.previousComponent();
                if (before != null && !Names.managed(before)) cloud.endpoints().remove(before);
                return;
            }
        }
        throw new IllegalStateException(
                "the alias of endpoint " + endpoint + " moves all the time; drop the file again later");
    }

    /// An older version of a key never takes the place of a newer one.
    void refuseIfNewer(String runId, Alias live) {
        Optional<RunRecord> ours = cloud.ledger().find(runId);
        Optional<RunRecord> theirs = cloud.ledger().find(live.runId());
        if (ours.isEmpty() || theirs.isEmpty()) return;
        boolean oneKey = ours.get().drop().bucket().equals(theirs.get().drop().bucket())
                && ours.get().drop().key().equals(theirs.get().drop().key());
        if (oneKey && theirs.get().newerThan(ours.get()))
            throw new Rejected(
                    Rejected.SUPERSEDED, "a newer version of the key is live already (run " + live.runId() + ")");
    }
}
