package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.Cloud;

/// Reserves the decision's highest cost, within the drop's cap, the day's and the dataset's.
public final class ReserveBudgetHandler extends JsonHandler<Step.Run, Step.Reserved> {

    /// The workflow's own limit: a reservation that is older has nobody behind it.
    static final Duration LONGEST_RUN = Duration.ofDays(14);

    private final Cloud cloud;
    private final Caps caps;
    private final Clock clock;

    /// @param dayUsd on all runs of a day
    /// @param datasetUsd on all runs of a dataset, ever
    public record Caps(BigDecimal dayUsd, BigDecimal datasetUsd) {}

    public ReserveBudgetHandler() {
        this(
                Wiring.cloud(),
                new Caps(
                        new BigDecimal(Configuration.value("TUNEDROP_DAY_CAP_USD", "200")),
                        new BigDecimal(Configuration.value("TUNEDROP_DATASET_CAP_USD", "1000"))),
                Clock.systemUTC());
    }

    public ReserveBudgetHandler(Cloud cloud, Caps caps, Clock clock) {
        super(Step.Run.class);
        this.cloud = cloud;
        this.caps = caps;
        this.clock = clock;
    }

    @Override
    public Step.Reserved handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        Decision decision = cloud.artefacts().json(files.decision(), Decision.class);
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        BigDecimal amount = decision.reserveUsd();
        cloud.ledger().resume(input.runId());
        if (amount.compareTo(settings.maxCostUsd()) > 0)
            throw new Rejected(
                    "budget-exceeded",
                    "$%s would have to be reserved, the drop's cap is $%s. Raise maxCostUsd."
                            .formatted(
                                    amount.toPlainString(),
                                    settings.maxCostUsd().toPlainString()));
        Instant now = clock.instant();
        new Reclaim(cloud).run(now);
        LocalDate day = now.atOffset(ZoneOffset.UTC).toLocalDate();
        String dataset = cloud.artefacts().json(files.drop(), DropRef.class).dataset();
        Budget.Claim claim =
                new Budget.Claim(day, dataset, amount, caps.dayUsd(), caps.datasetUsd(), now.plus(LONGEST_RUN));
        releaseForAnotherRoute(input.runId(), amount);
        if (!cloud.budget().reserve(input.runId(), claim))
            throw new Rejected(
                    "budget-exceeded",
                    "$%s does not fit into the day's cap of $%s, of which $%s are reserved or spent, or the dataset's of $%s, of which $%s are. Drop the file again tomorrow, or raise the cap."
                            .formatted(
                                    amount.toPlainString(),
                                    caps.dayUsd().toPlainString(),
                                    cloud.budget().day(day).committedUsd().toPlainString(),
                                    caps.datasetUsd().toPlainString(),
                                    cloud.budget()
                                            .dataset(dataset)
                                            .committedUsd()
                                            .toPlainString()));
        DayFigures.report(cloud, now, input.runId(), Map.of(Metric.CAP_USD, caps.dayUsd()));
        return new Step.Reserved(amount.toPlainString());
    }

    /// A run that had to take another route keeps nothing for the one before.
    private void releaseForAnotherRoute(String runId, BigDecimal amount) {
        BigDecimal open = cloud.budget().reserved(runId);
        if (open.signum() > 0 && open.compareTo(amount) != 0) cloud.budget().settle(runId, BigDecimal.ZERO);
    }
}
