package dev.tunedrop.functions.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.prices.Prices;
import dev.tunedrop.functions.quote.Catalogue;
import dev.tunedrop.functions.quote.CatalogueFiles;

class RefreshPricesHandlerTest {

    private final MemoryObjects artefacts = new MemoryObjects("artefacts");

    private void refresh(String type, String price, String day) {
        Prices prices = new Prices() {
            @Override
            public Optional<BigDecimal> onDemandUsdPerHour(String instanceType) {
                return instanceType.equals(type) ? Optional.of(new BigDecimal(price)) : Optional.empty();
            }

            @Override
            public Optional<SpotRange> spot(String instanceType) {
                return Optional.empty();
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        Clock clock = Clock.fixed(Instant.parse(day + "T03:00:00Z"), ZoneOffset.UTC);
        new RefreshPricesHandler(artefacts, region -> prices, "eu-central-1", clock).handle(new Tick(null));
    }

    private Catalogue.Instance row(String type) {
        return CatalogueFiles.load(artefacts).instances().rows().stream()
                .filter(row -> row.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theNextQuoteReadsTodaysPriceAndAnEarlierPassStays() {
        refresh("g6.xlarge", "0.75", "2026-12-01");
        refresh("g5.xlarge", "1.25", "2026-12-02");
        assertThat(row("g6.xlarge").onDemandUsdPerHour()).isEqualByComparingTo("0.75");
        assertThat(row("g6.xlarge").asOf()).isEqualTo(LocalDate.parse("2026-12-01"));
        assertThat(row("g5.xlarge").onDemandUsdPerHour()).isEqualByComparingTo("1.25");
        assertThat(CatalogueFiles.load(artefacts).instances().region()).isEqualTo("eu-central-1");
    }
}
