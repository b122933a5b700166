package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.metric.Emf;
import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.PromptTally;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.budget.ReserveBudgetHandler;
import dev.tunedrop.functions.budget.SettleBudgetHandler;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.managed.Services;
import dev.tunedrop.functions.outcome.RecordFailureHandler;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.provider.StandIn;
import dev.tunedrop.functions.quote.QuoteRoutesHandler;
import dev.tunedrop.functions.quote.QuoteRules;
import dev.tunedrop.functions.route.ChooseRouteHandler;
import dev.tunedrop.functions.schedule.Tick;
import dev.tunedrop.functions.schedule.WatchDriftHandler;

/// What the functions report while runs go their way.
class ReportedFiguresTest {

    private static final BigDecimal CAP = BigDecimal.TEN;

    private static Step.Assembled prepare(TestCloud test, Step.Drop drop) {
        test.prepare(drop, new PlanChunksHandler(test.cloud).handle(drop).chunks());
        return new AssembleDatasetHandler(test.cloud).handle(new Step.Run(drop.runId()));
    }

    private static Step.Drop settled(TestCloud test) {
        Step.Drop drop = test.drop("support/first.jsonl", TestCloud.rows(40), TestCloud.SETTINGS);
        Step.Run run = new Step.Run(drop.runId());
        prepare(test, drop);
        new QuoteRoutesHandler(test.cloud, new QuoteRules.Machine(2, 16), Map.of(), TestCloud.CLOCK).handle(run);
        new ChooseRouteHandler(new Services(test.cloud, StandIn.named("openai")), null)
                .handle(new Step.Choice(drop.runId(), null));
        new ReserveBudgetHandler(test.cloud, new ReserveBudgetHandler.Caps(CAP, CAP), TestCloud.CLOCK).handle(run);
        test.artefacts.putJson(
                new RunFiles(drop.runId()).trainingResult(),
                new TrainingResult(
                        drop.runId(),
                        TrainingResult.Outcome.COMPLETED,
                        10,
                        1,
                        1000,
                        500,
                        60,
                        1,
                        "cpu",
                        "2",
                        "s",
                        "exact",
                        0,
                        10,
                        null));
        new SettleBudgetHandler(test.cloud, TestCloud.CLOCK).handle(run);
        return drop;
    }

    private static Step.Drop refused(TestCloud test) {
        Step.Drop drop = test.drop("support/broken.jsonl", "{\"messages\":[]}\n", TestCloud.SETTINGS);
        Step.Assembled assembled = prepare(test, drop);
        new RecordFailureHandler(test.cloud, TestCloud.CLOCK)
                .handle(new Step.Failed(
                        drop.runId(), "AssembleDataset", "Tunedrop.DatasetRejected", assembled.reason()));
        return drop;
    }

    /// An adapter that is asked something, and looked at.
    private static void asked(TestCloud test, Step.Drop drop) {
        test.ledger.moveAlias(
                "support",
                null,
                new Alias("support", drop.runId(), "support-1", "b", "s3://a", "s", null, null, TestCloud.NOW));
        test.drops.put(
                "support/tune.json",
                "{\"retrain\":{\"drift\":0.2}}".getBytes(StandardCharsets.UTF_8),
                "application/json");
        PromptTally asked = new PromptTally();
        for (int i = 0; i < 100; i++) asked.add(new int[] {i, i + 1}, 2);
        test.artefacts.putJson("profiles/support-1/2026-08-01/110000-1.json", asked.profile());
        new WatchDriftHandler(test.cloud, TestCloud.CLOCK).handle(new Tick(null));
    }

    @Test
    void everyFigureThatIsTheFunctionsToReportIsReported() throws IOException {
        TestCloud test = new TestCloud();
        asked(test, settled(test));
        refused(test);
        assertThat(test.metrics.points().stream().map(Emf.Point::name).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Metric.values())
                        .filter(metric -> metric.origin() == Metric.Origin.FUNCTIONS)
                        .map(Metric::wireName)
                        .toList());
    }

    @Test
    void aRefusalIsCountedUnderItsReasonAndForItsRun() throws IOException {
        TestCloud test = new TestCloud();
        Step.Drop drop = refused(test);
        assertThat(test.metrics.points())
                .filteredOn(point -> point.name().equals(Metric.REFUSED.wireName()))
                .singleElement()
                .satisfies(point -> {
                    assertThat(point.dimension()).isEqualTo("messages-empty");
                    assertThat(point.runId()).isEqualTo(drop.runId());
                    assertThat(point.value()).isEqualTo(1);
                });
    }

    @Test
    void theDaysCapStandsBesideWhatIsReserved() throws IOException {
        TestCloud test = new TestCloud();
        settled(test);
        assertThat(test.metrics.points())
                .filteredOn(point -> point.name().equals(Metric.CAP_USD.wireName()))
                .singleElement()
                .satisfies(point -> assertThat(point.value()).isEqualTo(CAP.doubleValue()));
    }
}
