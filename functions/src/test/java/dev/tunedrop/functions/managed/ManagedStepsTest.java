package dev.tunedrop.functions.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.ManagedProgress;
import dev.tunedrop.events.run.ManagedResult;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.budget.SettleBudgetHandler;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.managed.CollectFromProviderHandler.Cost;
import dev.tunedrop.functions.outcome.RecordFailureHandler;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.faults.Fault;
import dev.tunedrop.functions.publish.PublishManagedHandler;

class ManagedStepsTest {

    @Test
    void aRunOrdersOneJobHoweverOftenTheStepIsTried() {
        try (ManagedBench bench = new ManagedBench("public")) {
            for (int i = 0; i < 3; i++)
                assertThat(bench.submit())
                        .isEqualTo(new Step.Ordered(Step.OrderStatus.ACCEPTED, ManagedBench.ROUTE, "", 30));
            assertThat(bench.fake.jobIds()).hasSize(1);
            assertThat(bench.fake.complaints()).isEmpty();
            assertThat(bench.fake.lastFile())
                    .isEqualTo(
                            "{\"messages\":[{\"role\":\"user\",\"content\":\"question 3\"},{\"role\":\"assistant\",\"content\":\"answer 3\"}]}\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"private, PUBLIC", "public, PRIVATE", "internal, PRIVATE", "private, PRIVATE"})
    void privateDataIsNeverEvenOfferedToAServiceOutsideTheAccount(String said, String found) {
        try (ManagedBench bench = new ManagedBench(said, found)) {
            Step.Ordered ordered = bench.submit();
            assertThat(ordered.status()).isEqualTo(Step.OrderStatus.REFUSED);
            assertThat(ordered.reason()).startsWith("private: the data is private");
            assertThat(bench.fake.asked()).isZero();
            assertThat(bench.budget.reserved(bench.files.runId())).isZero();
        }
    }

    @Test
    void dataOfWhichNothingIsKnownIsNotOfferedEither() {
        try (ManagedBench bench = new ManagedBench("public", "")) {
            assertThatExceptionOfType(InvalidDocument.class).isThrownBy(bench::submit);
            assertThat(bench.fake.asked()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"FORBIDDEN_403, not-available", "QUOTA_429, spend-limit", "UNAUTHORISED_401, credentials"})
    void whatTheServiceRefusesForGoodGivesTheReservationBackAndSaysWhy(Fault fault, String code) {
        try (ManagedBench bench = new ManagedBench("public")) {
            bench.service.misbehaveForEver("POST fine_tuning/jobs", fault);
            Step.Ordered ordered = bench.submit();
            assertThat(ordered.status()).isEqualTo(Step.OrderStatus.REFUSED);
            assertThat(ordered.reason()).startsWith(code + ": ");
            assertThat(bench.budget.reserved(bench.files.runId())).isZero();
        }
    }

    @Test
    void aJobThatHasEndedAnswersTheQuestionAtOnceAndOneThatGoesOnDoesNot() {
        try (ManagedBench bench = new ManagedBench("public")) {
            bench.submit();
            bench.follow("t1", ManagedBench.NOW);
            assertThat(bench.executions.answers()).isEmpty();
            bench.fake.fail(bench.fake.jobIds().getFirst(), "invalid_training_file");
            bench.follow("t2", ManagedBench.NOW);
            assertThat(bench.executions.answers().get("t2"))
                    .contains("FAILED", "invalid_training_file")
                    .doesNotContain("hush");
        }
    }

    @Test
    void eachLookLeavesWhereTheJobStandsForWhoeverWatches() {
        try (ManagedBench bench = new ManagedBench("public")) {
            bench.submit();
            bench.fake.train(bench.fake.jobIds().getFirst(), 30, 100, 0.5);
            bench.follow("t1", ManagedBench.NOW);
            assertThat(bench.artefacts.json(bench.files.managedProgress(), ManagedProgress.class))
                    .returns("running", ManagedProgress::said)
                    .returns(30L, ManagedProgress::step)
                    .returns(100L, ManagedProgress::steps)
                    .returns(0.5, ManagedProgress::loss);
        }
    }

    @Test
    void aServiceThatCannotBeAskedNowEndsNoWaitUntilTheWallIsReached() {
        try (ManagedBench bench = new ManagedBench("public")) {
            bench.submit();
            bench.service.misbehaveForEver("GET fine_tuning/jobs/{id}", Fault.UNAVAILABLE_503);
            bench.follow("t1", ManagedBench.NOW.plusSeconds(ManagedBench.WALL));
            assertThat(bench.executions.answers()).isEmpty();
            bench.follow("t2", ManagedBench.NOW.plusSeconds(ManagedBench.WALL + 1));
            assertThat(bench.executions.answers().get("t2")).contains("LATE");
        }
    }

    @Test
    void aModelIsCollectedPublishedAndSettledWithWhatItReallyCost() {
        try (ManagedBench bench = new ManagedBench("public")) {
            bench.submit();
            String job = bench.fake.jobIds().getFirst();
            assertThatExceptionOfType(TransientFailure.class).isThrownBy(bench::collect);
            bench.fake.succeed(job, "ft:model", ManagedBench.TOKENS);
            Step.Run run = new Step.Run(bench.files.runId());

            assertThat(bench.collect().passed()).isTrue();
            ManagedResult result = bench.artefacts.json(bench.files.managedResult(), ManagedResult.class);
            assertThat(result.costUsd()).isEqualByComparingTo("0.5");
            assertThat(result.seconds()).isEqualTo(600);
            Evaluation evaluation = bench.artefacts.json(bench.files.evaluation(), Evaluation.class);
            assertThat(evaluation.reason()).startsWith("not judged: ").contains("0.25");

            new PublishManagedHandler(bench.services, ManagedBench.CLOCK).handle(run);
            new PublishManagedHandler(bench.services, ManagedBench.CLOCK).handle(run);
            Ledger.Alias alias = bench.ledger.alias("support").orElseThrow();
            assertThat(alias.component()).isEqualTo("openai:ft:model");
            assertThat(alias.base()).isEqualTo(ManagedBench.ROUTE);
            assertThat(bench.artefacts
                            .json(bench.files.publication(), Publication.class)
                            .component())
                    .isEqualTo("openai:ft:model");

            new SettleBudgetHandler(bench.cloud, ManagedBench.CLOCK).handle(run);
            assertThat(bench.artefacts
                            .json(bench.files.settlement(), Settlement.class)
                            .actualUsd())
                    .isEqualByComparingTo("0.5");
            assertThat(bench.budget
                            .day(ManagedBench.NOW.atOffset(ZoneOffset.UTC).toLocalDate())
                            .committedUsd())
                    .isEqualByComparingTo("0.5");
        }
    }

    @Test
    void theBillIsTheServicesElseItsTokensAtItsPriceAndItsMinimumElseTheQuote() {
        RouteQuote quoted = quoted("1.00", null);
        assertThat(Cost.of(new ManagedModel("m", 500L, new BigDecimal("7"), null), quoted))
                .isEqualTo(new Cost(new BigDecimal("7"), "as the service bills it"));
        assertThat(Cost.of(new ManagedModel("m", 2_000L, null, null), quoted))
                .isEqualTo(new Cost(new BigDecimal("0.0100"), "2,000 billable tokens at $5 a million"));
        assertThat(Cost.of(new ManagedModel("m", 2_000L, null, null), quoted("1.00", "3"))
                        .usd())
                .isEqualByComparingTo("3");
        assertThat(Cost.of(new ManagedModel("m", null, null, null), quoted).usd())
                .isEqualByComparingTo("1");
    }

    @Test
    void whatPastRunsMadeOfAQuoteMovesNoBill() {
        ManagedModel model = new ManagedModel("m", 2_000L, null, null);
        assertThat(Cost.of(model, quoted("0.01", null))).isEqualTo(Cost.of(model, quoted("0.02", null)));
    }

    private static RouteQuote quoted(String usd, @Nullable String minimumUsd) {
        String minimum = minimumUsd == null ? "null" : minimumUsd;
        return Json.read("""
                {"route":"openai/m","provider":"openai","method":"sft","instance":"","spot":false,"refusals":[],
                 "trainingUsd":{"low":%1$s,"expected":%1$s,"high":%1$s},
                 "terms":{"model":"m","insideAccount":false,"regions":[],"licence":"its terms","risks":[],"source":"s",
                          "asOf":"2026-11-01","kind":"k","trainingUsdPerMillion":5,"minimumUsd":%2$s}}
                """.formatted(usd, minimum), RouteQuote.class, "a route");
    }

    /// The process died between the order and the note of its job.
    @Test
    void aJobThatWasOrderedButNeverNotedIsFoundAndCancelledToo() {
        try (ManagedBench bench = new ManagedBench("public")) {
            bench.submit();
            MemoryObjects left = new MemoryObjects("artefacts");
            for (String key : bench.artefacts.list(""))
                if (!key.equals(bench.files.managedJob()))
                    left.put(key, bench.artefacts.find(key).orElseThrow(), "application/json");
            Cloud cloud = new Cloud(
                    bench.cloud.drops(),
                    left,
                    bench.cloud.bases(),
                    bench.ledger,
                    bench.budget,
                    bench.executions,
                    bench.cloud.bus(),
                    bench.cloud.endpoints(),
                    bench.cloud.metrics());
            new CancelAtProviderHandler(new Services(cloud, bench.services.providers()))
                    .handle(new Step.Run(bench.files.runId()));
            assertThat(bench.fake
                            .job(bench.fake.jobIds().getFirst())
                            .path("status")
                            .asText())
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void theJobOfARunThatHasFailedIsCancelled() {
        try (ManagedBench bench = new ManagedBench("public")) {
            CancelAtProviderHandler cancel = new CancelAtProviderHandler(bench.services);
            cancel.handle(new Step.Run(bench.files.runId()));
            bench.submit();
            cancel.handle(new Step.Run(bench.files.runId()));
            assertThat(bench.fake
                            .job(bench.fake.jobIds().getFirst())
                            .path("status")
                            .asText())
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void aRunThatEndsBeforeAnyJobCanExistHasSpentNothingAndOneWhoseCreateWasLostMayHaveSpentAll() {
        for (Fault fault : List.of(Fault.DROPPED_BEFORE, Fault.UNAVAILABLE_503, Fault.TOO_MANY_429)) {
            try (ManagedBench bench = new ManagedBench("public")) {
                boolean lost = fault == Fault.DROPPED_BEFORE;
                bench.service.misbehaveForEver(
                        fault == Fault.UNAVAILABLE_503 ? "GET fine_tuning/jobs" : "POST fine_tuning/jobs", fault);
                assertThatExceptionOfType(TransientFailure.class).isThrownBy(bench::submit);
                new RecordFailureHandler(bench.cloud, ManagedBench.CLOCK)
                        .handle(new Step.Failed(bench.files.runId(), "SubmitToProvider", "X", "y"));
                assertThat(bench.budget
                                .day(ManagedBench.NOW.atOffset(ZoneOffset.UTC).toLocalDate())
                                .spentUsd())
                        .isEqualByComparingTo(lost ? "2" : "0");
            }
        }
    }
}
