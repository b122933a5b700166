package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Reserves the decision's highest cost, within the drop's cap and the day's.
public final class ReserveBudgetHandler extends JsonHandler<Step.Run, Step.Reserved> {

    private final Cloud cloud;
    private final BigDecimal dayCapUsd;
    private final Clock clock;

    public ReserveBudgetHandler() {
        this(Wiring.cloud(), new BigDecimal(Configuration.value("TUNEDROP_DAY_CAP_USD", "200")), Clock.systemUTC());
    }

    public ReserveBudgetHandler(Cloud cloud, BigDecimal dayCapUsd, Clock clock) {
        super(Step.Run.class);
        this.cloud = cloud;
        this.dayCapUsd = dayCapUsd;
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
        LocalDate day = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        if (!cloud.budget().reserve(input.runId(), day, amount, dayCapUsd))
            throw new Rejected(
                    "budget-exceeded",
                    "$%s does not fit into the day's cap of $%s, of which $%s are reserved or spent. Drop the file again tomorrow."
                            .formatted(
                                    amount.toPlainString(),
                                    dayCapUsd.toPlainString(),
                                    cloud.budget().day(day).committedUsd().toPlainString()));
        return new Step.Reserved(amount.toPlainString());
    }
}
