package dev.tunedrop.functions.quote;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.budget.Lessons;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;

/// Settled runs teach the next quote.
class PastRunsTest {

    private static final String ROUTE = "batch/g6e.xlarge/on-demand";
    private static final double TRUTH = 1.7;

    private final MemoryLedger ledger = new MemoryLedger();

    private RouteQuote quote(String settings) {
        BaseFacts base = BaseFacts.read("base", Json.tree("""
                        {"hidden_size":4096,"num_hidden_layers":32,"intermediate_size":14336,"num_attention_heads":32,
                         "num_key_value_heads":8,"vocab_size":128256}""".getBytes(StandardCharsets.UTF_8), "config"));
        Manifest manifest = new Manifest(
                "run", "base", "d", "t", "c", new Manifest.Shard("k", "s", 1, 10_000, 4_000_000, 2_000_000), null);
        return new QuoteRules(Catalogue.load(), null, java.util.Map.of(), ledger::actuals)
                        .quote(
                                "run",
                                base,
                                new Lesson(
                                        SettingsFile.read(settings.getBytes(StandardCharsets.UTF_8), "tune.json"),
                                        RunSettings.Objective.SFT,
                                        manifest),
                                Instant.parse("2026-08-01T00:00:00Z"))
                        .routes()
                        .stream()
                        .filter(route -> route.route().equals(ROUTE))
                        .findFirst()
                        .orElseThrow();
    }

    private static double expected(RouteQuote route) {
        return Objects.requireNonNull(route.trainingSeconds()).expected().doubleValue();
    }

    @Test
    void everyRunBringsTheNextQuoteOfItsKindNearerToTheTruth() {
        double truth = TRUTH * expected(quote("{}"));
        double error = truth - expected(quote("{}"));
        for (int i = 1; i <= 8; i++) {
            RouteQuote route = quote("{}");
            ledger.noteActual(Lessons.of("run" + i, route, truth, new BigDecimal("1"), Instant.ofEpochSecond(i))
                    .orElseThrow());
            double next = Math.abs(truth - expected(quote("{}")));
            assertThat(next).as("after %d runs", i).isLessThan(error);
            error = next;
        }
        assertThat(error).isLessThan(0.15 * truth);
        assertThat(Objects.requireNonNull(quote("{}").pastRuns()).runs()).isEqualTo(8);
    }

    @Test
    void oneOddRunMovesAQuoteByItsCubeRoot() {
        RouteQuote route = quote("{}");
        ledger.noteActual(Lessons.of("odd", route, 8 * expected(route), BigDecimal.ONE, Instant.EPOCH)
                .orElseThrow());
        assertThat(expected(quote("{}"))).isCloseTo(2 * expected(route), org.assertj.core.data.Offset.offset(2.0));
    }

    @Test
    void theQuoteShowsHowFarItsKindWasOff() {
        RouteQuote route = quote("{}");
        ledger.noteActual(Lessons.of("a", route, 1.5 * expected(route), BigDecimal.ONE, Instant.EPOCH)
                .orElseThrow());
        assertThat(Objects.requireNonNull(quote("{}").pastRuns()).meanAbsoluteErrorPercent())
                .isEqualByComparingTo("50.0");
    }

    @Test
    void aRunOfAnotherMethodTeachesNothing() {
        RouteQuote route = quote("{}");
        ledger.noteActual(Lessons.of("a", route, 5 * expected(route), BigDecimal.ONE, Instant.EPOCH)
                .orElseThrow());
        assertThat(quote("{\"method\":\"lora\"}").pastRuns()).isNull();
    }
}
