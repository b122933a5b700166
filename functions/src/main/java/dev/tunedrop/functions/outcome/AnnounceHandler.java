package dev.tunedrop.functions.outcome;

import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;

import dev.tunedrop.events.TunedropEvent.AdapterPublished;
import dev.tunedrop.events.TunedropEvent.RunQuoted;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Ends a run that came to its good end, PUBLISHED or, for a dry run, QUOTED. The ledger first: an event is a
/// consequence of the state, never the other way round.
public final class AnnounceHandler extends JsonHandler<Step.Announcement, Step.Announced> {

    private final Cloud cloud;
    private final Clock clock;

    public AnnounceHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public AnnounceHandler(Cloud cloud, Clock clock) {
        super(Step.Announcement.class);
        this.cloud = cloud;
        this.clock = clock;
    }

    @Override
    public Step.Announced handle(Step.Announcement input) {
        RunFiles files = new RunFiles(input.runId());
        RunState state = RunState.valueOf(input.outcome());
        DropRef drop = cloud.artefacts().json(files.drop(), DropRef.class);
        cloud.ledger().end(input.runId(), state, null, clock.instant());
        switch (state) {
            case PUBLISHED -> {
                Publication publication = cloud.artefacts().json(files.publication(), Publication.class);
                cloud.bus()
                        .publish(new AdapterPublished(
                                clock.instant(),
                                input.runId(),
                                drop.dataset(),
                                publication.endpoint(),
                                publication.component(),
                                publication.adapterSha256()));
            }
            case QUOTED ->
                cloud.bus().publish(new RunQuoted(clock.instant(), input.runId(), drop.dataset(), expectedCost(files)));
            case RUNNING, AWAITING_APPROVAL, REJECTED, FAILED, SUPERSEDED ->
                throw new IllegalArgumentException("only PUBLISHED and QUOTED are announced here, not " + state);
        }
        return new Step.Announced(state.name());
    }

    /// Of the route that would have been taken; zero when none is possible.
    private BigDecimal expectedCost(RunFiles files) {
        Decision decision = cloud.artefacts().json(files.decision(), Decision.class);
        return cloud.artefacts().json(files.quote(), Quote.class).routes().stream()
                .filter(route -> route.route().equals(decision.chosen()))
                .findFirst()
                .flatMap(route -> Optional.ofNullable(route.trainingUsd()))
                .map(Range::expected)
                .orElse(BigDecimal.ZERO);
    }
}
