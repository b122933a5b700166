package dev.tunedrop.functions.schedule;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.prices.PriceTable;
import dev.tunedrop.functions.prices.Prices;
import dev.tunedrop.functions.prices.RefreshedInstances;
import dev.tunedrop.functions.prices.aws.AwsPrices;

/// Puts today's machine prices where the next quote reads them.
public final class RefreshPricesHandler extends JsonHandler<Tick, RefreshPricesHandler.Refreshed> {

    private static final Logger LOG = LoggerFactory.getLogger(RefreshPricesHandler.class);

    private final Objects artefacts;
    private final Function<String, Prices> prices;
    private final String region;
    private final Clock clock;

    public RefreshPricesHandler() {
        this(Wiring.cloud().artefacts(), AwsPrices::connect, Configuration.required("AWS_REGION"), Clock.systemUTC());
    }

    /// @param prices region → where its prices are asked
    public RefreshPricesHandler(Objects artefacts, Function<String, Prices> prices, String region, Clock clock) {
        super(Tick.class);
        this.artefacts = artefacts;
        this.prices = prices;
        this.region = region;
        this.clock = clock;
    }

    /// @param changes one line for each machine
    public record Refreshed(List<String> changes) {
        public Refreshed {
            changes = List.copyOf(changes);
        }
    }

    @Override
    public Refreshed handle(Tick tick) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        RefreshedInstances refreshed;
        try (Prices asked = prices.apply(region)) {
            refreshed = PriceTable.refreshed(artefacts, region, asked, today);
        }
        PriceTable.put(artefacts, refreshed);
        refreshed.changes().forEach(LOG::info);
        return new Refreshed(refreshed.changes());
    }
}
