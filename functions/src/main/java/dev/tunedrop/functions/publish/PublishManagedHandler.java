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
import dev.tunedrop.functions.managed.Services;
import dev.tunedrop.functions.provider.Providers;

/// Has a service answer with the model that it keeps, then points the endpoint's alias at it. There is no
/// component to make and no file whose sum could be told: the sum is empty.
public final class PublishManagedHandler extends JsonHandler<Step.Run, Step.Published> {

    private static final String NO_FILE = "";

    private final Cloud cloud;
    private final Providers providers;
    private final Clock clock;

    public PublishManagedHandler() {
        this(Wiring.services(), Clock.systemUTC());
    }

    public PublishManagedHandler(Services services, Clock clock) {
        super(Step.Run.class);
        this.cloud = services.cloud();
        this.providers = services.providers();
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
            AliasMove alias = new AliasMove(cloud, clock);
            live.ifPresent(other -> alias.refuseIfNewer(input.runId(), other));
            Optional<String> asked = providers.of(result.provider()).serve(result.model(), endpoint);
            if (asked.isEmpty())
                return new Step.Published(
                        Step.PublishStatus.WAITING, result.provider() + " is still deploying " + result.model());
            alias.move(
                    files,
                    result.provider() + "/" + result.base(),
                    endpoint,
                    Names.managedComponent(result.provider(), result.model()),
                    Names.managedComponent(result.provider(), asked.get()),
                    NO_FILE,
                    List.of());
        }
        return new Step.Published(Step.PublishStatus.PUBLISHED, "");
    }
}
