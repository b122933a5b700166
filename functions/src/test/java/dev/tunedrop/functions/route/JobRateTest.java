package dev.tunedrop.functions.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Range;

/// What the training job is told its machine costs.
class JobRateTest {

    @Test
    void theRateIsTheExpectedCostOverTheExpectedTime() {
        Quote quote = quote(route("dear", range("90"), range("3600")), route("cheap", range("0.50"), range("1200")));
        assertThat(ChooseRouteHandler.rate(quote, decision("cheap"))).isEqualTo("1.5000");
    }

    @Test
    void aRouteWithoutAPriceHasTheRateZero() {
        assertThat(ChooseRouteHandler.rate(quote(route("a", null, null)), decision("a")))
                .isEqualTo("0");
        assertThat(ChooseRouteHandler.rate(quote(route("a", range("0"), range("5"))), decision("a")))
                .isEqualTo("0.0000");
    }

    private static Range range(String expected) {
        return new Range(BigDecimal.ZERO, new BigDecimal(expected), new BigDecimal("100000"));
    }

    private static Quote quote(Quote.RouteQuote... routes) {
        return new Quote("run", Instant.EPOCH, LocalDate.EPOCH, false, List.of(routes), null, null);
    }

    private static Quote.RouteQuote route(String name, @Nullable Range usd, @Nullable Range seconds) {
        return new Quote.RouteQuote(
                name,
                "batch",
                "qlora",
                "g6e.xlarge",
                false,
                List.of(),
                usd,
                seconds,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static Decision decision(String chosen) {
        return new Decision("run", chosen, List.of(), List.of(), BigDecimal.ONE, false, null);
    }
}
