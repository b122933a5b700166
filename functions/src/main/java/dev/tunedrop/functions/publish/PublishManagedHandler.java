package dev.tunedrop.functions.publish;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.ManagedResult;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;

/// Points the endpoint's alias at a model that a service keeps. There is no component to make and no file whose sum
/// could be told: the sum is empty.
public final class PublishManagedHandler extends JsonHandler<Step.Run, Step.Published> {

    private static final String NO_FILE = "";

    private final Cloud cloud;
    private final Clock clock;

    public PublishManagedHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public PublishManagedHandler(Cloud cloud, Clock clock) {
        super(Step.Run.class);
        this.cloud = cloud;
        this.clock = clock;
    }

    @Override
    public Step.Published handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        DropRef drop = cloud.artefacts().json(files.drop(), DropRef.class);
        ManagedResult result = cloud.artefacts().json(files.managedResult(), ManagedResult.class);
        String endpoint = Names.endpoint(drop, settings);
        Optional<Alias> live = cloud.ledger().alias(endpoint);
        if (live.isEmpty() || !live.get().runId().equals(input.runId())) {
            String component = Names.managedComponent(result.provider(), result.model());
            new AliasMove(cloud, clock)
                    .move(
                            files,
                            result.provider() + "/" + result.base(),
                            endpoint,
                            component,
                            component,
                            NO_FILE,
                            List.of());
        }
        return new Step.Published(Step.PublishStatus.PUBLISHED, "");
    }
}
