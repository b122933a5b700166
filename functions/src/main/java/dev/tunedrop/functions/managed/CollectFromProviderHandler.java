package dev.tunedrop.functions.managed;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.ManagedResult;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.Terms;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.ManagedModel;

/// Takes in what a job that has succeeded made and cost. A service measures the tuned model only, never its base,
/// so its figure is recorded and judges nothing.
public final class CollectFromProviderHandler extends JsonHandler<Step.Run, Step.Gate> {

    private static final int CENTS = 4;
    /// Places of the point.
    private static final int MILLION = 6;

    private final Services services;
    private final Clock clock;

    public CollectFromProviderHandler() {
        this(Wiring.services(), Clock.systemUTC());
    }

    public CollectFromProviderHandler(Services services, Clock clock) {
        super(Step.Run.class);
        this.services = services;
        this.clock = clock;
    }

    @Override
    public Step.Gate handle(Step.Run input) {
        Cloud cloud = services.cloud();
        RunFiles files = new RunFiles(input.runId());
        ManagedResult result = cloud.artefacts()
                .findJson(files.managedResult(), ManagedResult.class)
                .orElseGet(() -> collect(files));
        cloud.artefacts().putJson(files.managedResult(), result);
        Evaluation evaluation = evaluation(
                result, cloud.artefacts().json(files.manifest(), Manifest.class).validation());
        cloud.artefacts().putJson(files.evaluation(), evaluation);
        return new Step.Gate(evaluation.passed(), evaluation.reason());
    }

    private ManagedResult collect(RunFiles files) {
        Cloud cloud = services.cloud();
        ManagedJob job = cloud.artefacts().json(files.managedJob(), ManagedJob.class);
        ManagedModel model = services.providers()
                .of(job.provider())
                .result(job.jobId())
                .orElseThrow(() -> new TransientFailure(
                        job.provider() + ": the job has succeeded and names no model yet",
                        new IllegalStateException(job.jobId())));
        RouteQuote quoted = cloud.artefacts().json(files.quote(), Quote.class).routes().stream()
                .filter(route -> route.route().equals(job.route()) && route.trainingUsd() != null)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the quote has no price of " + job.route()));
        Cost cost = Cost.of(model, quoted);
        return new ManagedResult(
                files.runId(),
                job.provider(),
                job.model(),
                job.jobId(),
                model.model(),
                model.trainedTokens(),
                cost.usd(),
                cost.from(),
                model.validationLoss(),
                Duration.between(job.orderedAt(), clock.instant()).toMillis() / 1000.0);
    }

    /// @param from how it is known
    record Cost(BigDecimal usd, String from) {

        /// The service's bill, else its billable tokens at its own price, else the quote. Never a share of what was
        /// quoted: past runs have already moved that, and each would move the next.
        static Cost of(ManagedModel model, RouteQuote quoted) {
            if (model.costUsd() != null) return new Cost(model.costUsd(), "as the service bills it");
            Long trained = model.trainedTokens();
            Terms terms = quoted.terms();
            BigDecimal price = terms == null ? null : terms.trainingUsdPerMillion();
            if (trained == null || terms == null || price == null)
                return new Cost(
                        Objects.requireNonNull(quoted.trainingUsd()).expected(),
                        "as quoted: the service tells neither cost nor tokens, or has no price of them");
            BigDecimal usd = price.multiply(BigDecimal.valueOf(trained)).movePointLeft(MILLION);
            if (terms.minimumUsd() != null) usd = usd.max(terms.minimumUsd());
            return new Cost(
                    usd.setScale(CENTS, RoundingMode.UP),
                    String.format(Locale.ROOT, "%,d billable tokens at $%s a million", trained, price.toPlainString()));
        }
    }

    private static Evaluation evaluation(ManagedResult result, Manifest.@Nullable Shard heldOut) {
        Double loss = result.validationLoss();
        String reason = loss == null
                ? "not judged: %s tells no held-out loss".formatted(result.provider())
                : "not judged: %s measured a held-out loss of %s for the tuned model and none for its base"
                        .formatted(result.provider(), String.format(Locale.ROOT, "%.4g", loss));
        return new Evaluation(
                result.runId(), heldOut == null ? 0 : heldOut.trainedTokens(), null, loss, null, true, reason);
    }
}
