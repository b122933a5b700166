package dev.tunedrop.functions.managed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;

/// Orders the training that was decided on. What the service refuses for good is an answer that lets the
/// workflow choose again; the reservation is then given back.
public final class SubmitToProviderHandler extends JsonHandler<Step.Order, Step.Ordered> {

    private static final int MARK = 12;

    private final Services services;
    private final Clock clock;
    private final int pollSeconds;

    public SubmitToProviderHandler() {
        this(
                Wiring.services(),
                Clock.systemUTC(),
                Integer.parseInt(Configuration.value("TUNEDROP_POLL_SECONDS", "30")));
    }

    /// @param pollSeconds how long the first wait for news is
    public SubmitToProviderHandler(Services services, Clock clock, int pollSeconds) {
        super(Step.Order.class);
        this.services = services;
        this.clock = clock;
        this.pollSeconds = pollSeconds;
    }

    @Override
    public Step.Ordered handle(Step.Order input) {
        Cloud cloud = services.cloud();
        RunFiles files = new RunFiles(input.runId());
        String route = Objects.requireNonNull(
                cloud.artefacts().json(files.decision(), Decision.class).chosen(), "a route was decided on");
        String id = route.substring(0, route.indexOf('/'));
        Submission submission;
        try {
            submission = submit(files, route, id);
        } catch (SaysNo no) {
            submission = new Submission.Refused(no.code(), no.reason());
        } catch (IOException e) {
            throw new UncheckedIOException("[run %s] %s".formatted(input.runId(), e.getMessage()), e);
        }
        return switch (submission) {
            case Submission.Accepted(String jobId, boolean found) -> {
                ManagedJob job = new ManagedJob(
                        input.runId(), id, model(route), route, jobId, clock.instant(), input.wallSeconds());
                cloud.artefacts().putJson(ManagedJob.pointer(id, jobId), new ManagedJob.Pointer(input.runId()));
                cloud.artefacts().putJson(files.managedJob(), job);
                yield new Step.Ordered(Step.OrderStatus.ACCEPTED, route, "", pollSeconds);
            }
            case Submission.Refused(String code, String reason) -> {
                cloud.budget().settle(input.runId(), BigDecimal.ZERO);
                yield new Step.Ordered(Step.OrderStatus.REFUSED, route, code + ": " + reason, pollSeconds);
            }
        };
    }

    private Submission submit(RunFiles files, String route, String id) throws IOException {
        Cloud cloud = services.cloud();
        Optional<Provider> provider = services.providers().find(id);
        if (provider.isEmpty())
            return new Submission.Refused("not-set-up", "the provider \"" + id + "\" is not set up here");
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        if (!provider.get().insideAccount() && mayNotLeave(files, settings))
            return new Submission.Refused(
                    "private", "the data is private and %s is outside the account; it does not go there".formatted(id));
        Manifest manifest = cloud.artefacts().json(files.manifest(), Manifest.class);
        DropRef drop = cloud.artefacts().json(files.drop(), DropRef.class);
        ManagedRows rows = ManagedRows.write(cloud.artefacts(), files, provider.get(), model(route));
        return provider.get()
                .submit(new TrainingOrder(
                        orderKey(files.runId(), route),
                        model(route),
                        rows.train(),
                        rows.validation(),
                        manifest.train().tokens(),
                        settings,
                        rows.objective(),
                        drop.dataset()));
    }

    /// Whether the settings say so, or the dataset's report found what must not leave. A report that is
    /// missing is an error, so nothing goes out without one.
    private boolean mayNotLeave(RunFiles files, RunSettings settings) {
        DatasetReport report = services.cloud().artefacts().json(files.report(), DatasetReport.class);
        return settings.privacy() == Privacy.PRIVATE || report.privateData().privacy() == Privacy.PRIVATE;
    }

    /// A run orders once of each route.
    static String orderKey(String runId, String route) {
        return runId + "-" + Sha256.of(route.getBytes(StandardCharsets.UTF_8)).substring(0, MARK);
    }

    private static String model(String route) {
        return route.substring(route.indexOf('/') + 1);
    }
}
