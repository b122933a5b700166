package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.events.TunedropEvent.AdapterPublished;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.budget.ReserveBudgetHandler;
import dev.tunedrop.functions.budget.SettleBudgetHandler;
import dev.tunedrop.functions.dataset.CanonicalRow;
import dev.tunedrop.functions.managed.Services;
import dev.tunedrop.functions.outcome.AnnounceHandler;
import dev.tunedrop.functions.outcome.RecordFailureHandler;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;
import dev.tunedrop.functions.provider.StandIn;
import dev.tunedrop.functions.publish.EvaluateAdapterHandler;
import dev.tunedrop.functions.publish.PublishAdapterHandler;
import dev.tunedrop.functions.quote.QuoteRoutesHandler;
import dev.tunedrop.functions.quote.QuoteRules;
import dev.tunedrop.functions.route.ChooseRouteHandler;

class WayOfADropTest {

    private static final QuoteRules.Machine LOCAL = new QuoteRules.Machine(2, 16);

    private TestCloud test;

    @BeforeEach
    void cloud() throws IOException {
        test = new TestCloud();
    }

    private Step.Assembled prepare(Step.Drop drop) {
        Step.Planned plan = new PlanChunksHandler(test.cloud).handle(drop);
        PrepareChunksHandler prepare = new PrepareChunksHandler(test.cloud);
        for (ByteRange chunk : plan.chunks())
            prepare.handle(new Step.Chunk(drop.runId(), chunk.index(), chunk.start(), chunk.end()));
        return new AssembleDatasetHandler(test.cloud).handle(new Step.Run(drop.runId()));
    }

    private Step.Chosen choose(Step.Drop drop, QuoteRules.@Nullable Machine machine) {
        new QuoteRoutesHandler(test.cloud, machine, Map.of(), TestCloud.CLOCK).handle(new Step.Run(drop.runId()));
        return new ChooseRouteHandler(new Services(test.cloud, StandIn.named("openai")), null)
                .handle(new Step.Choice(drop.runId(), null));
    }

    /// What the training job leaves behind.
    private void trained(RunFiles files, double baseLoss, double adapterLoss) {
        byte[] adapter = ("adapter of " + files.runId()).getBytes(StandardCharsets.UTF_8);
        test.artefacts.put(files.adapter() + "adapter_model.safetensors", adapter, "application/octet-stream");
        test.artefacts.put(
                files.adapter() + "adapter_config.json", "{}".getBytes(StandardCharsets.UTF_8), "application/json");
        test.artefacts.putJson(files.heldOut(), new HeldOutLosses(100, baseLoss, adapterLoss, null));
        test.artefacts.putJson(
                files.trainingResult(),
                new TrainingResult(
                        files.runId(),
                        TrainingResult.Outcome.COMPLETED,
                        10,
                        1.0,
                        1000,
                        500,
                        60,
                        1 << 20,
                        "cpu",
                        "2.7.1",
                        Sha256.of(adapter),
                        "exact",
                        0,
                        10,
                        null));
    }

    /// The settings say nothing of it: the rows do.
    @Test
    void pairsAreQuotedAtServicesAsPairs() {
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < 20; i++)
            pairs.append(
                    "{\"prompt\": \"q%d\", \"chosen\": \"good %d\", \"rejected\": \"bad %d\"}%n".formatted(i, i, i));
        Step.Drop drop = test.drop("support/pairs.jsonl", pairs.toString(), TestCloud.SETTINGS);
        assertThat(prepare(drop).verdict()).isEqualTo("ACCEPTED");
        choose(drop, null);
        Quote quote = test.artefacts.json(new RunFiles(drop.runId()).quote(), Quote.class);
        assertThat(quote.routes())
                .filteredOn(route -> route.provider().equals("openai"))
                .isNotEmpty()
                .allSatisfy(route -> {
                    assertThat(route.method()).isEqualTo("dpo");
                    assertThat(route.terms()).isNotNull();
                    assertThat(route.terms().target()).isEqualTo("openai-dpo");
                });
    }

    /// A training row that asks what a held-out one asks is not trained on.
    @Test
    void rowsFromTheNamedLineOnAreHeldOutAndNoOthers() {
        String rows = TestCloud.rows(40);
        String firstAgain = rows.substring(0, rows.indexOf('\n') + 1);
        String settings = TestCloud.SETTINGS.replaceFirst("\\{", "{\"validationFrom\":31,");
        Step.Drop drop = test.drop("support/held.jsonl", rows + firstAgain, settings);
        assertThat(prepare(drop).verdict()).isEqualTo("ACCEPTED");
        RunFiles files = new RunFiles(drop.runId());
        DatasetReport report = test.artefacts.json(files.report(), DatasetReport.class);
        assertThat(report.signal()).isNotNull().satisfies(signal -> {
            assertThat(signal.validationRows()).isEqualTo(11);
            assertThat(signal.trainRows()).isEqualTo(29);
            assertThat(signal.duplicateRows()).isEqualTo(1);
        });
        List<CanonicalRow> kept = new String(
                        test.artefacts.find(files.canonicalRows()).orElseThrow(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> Json.read(line, CanonicalRow.class, "a row"))
                .toList();
        assertThat(kept)
                .hasSize(40)
                .allSatisfy(row ->
                        assertThat(CanonicalRow.VALIDATION.equals(row.split())).isEqualTo(row.line() >= 31));
    }

    @Test
    void aLineBehindTheFilesEndHoldsNothingOutAndIsRefused() {
        String settings = TestCloud.SETTINGS.replaceFirst("\\{", "{\"validationFrom\":500,");
        assertThat(prepare(test.drop("support/held.jsonl", TestCloud.rows(40), settings))
                        .reason())
                .startsWith("nothing-held-out: validationFrom is 500");
    }

    @Test
    void aGoodDropIsPreparedQuotedDecidedPublishedAndSettled(@TempDir Path folder) throws IOException {
        Step.Drop drop = test.drop("support/first.jsonl", TestCloud.rows(40), TestCloud.SETTINGS);
        RunFiles files = new RunFiles(drop.runId());
        Step.Run run = new Step.Run(drop.runId());

        assertThat(prepare(drop).verdict()).isEqualTo("ACCEPTED");
        Manifest manifest = test.artefacts.json(files.manifest(), Manifest.class);
        assertThat(manifest.train().rows()).isEqualTo(36);
        Path shard = folder.resolve("train.safetensors");
        test.artefacts.download(manifest.train().key(), shard);
        assertThat(Sha256.of(shard)).isEqualTo(manifest.train().sha256());
        try (TokenShardReader reader = TokenShardReader.open(shard)) {
            assertThat(reader.rows()).isEqualTo(36);
            assertThat(reader.trainedTokens())
                    .isEqualTo(manifest.train().trainedTokens())
                    .isPositive();
        }
        DatasetReport report = test.artefacts.json(files.report(), DatasetReport.class);
        assertThat(report.signal()).isNotNull();
        assertThat(report.datasetSha256())
                .isEqualTo(Sha256.of(TestCloud.rows(40).getBytes(StandardCharsets.UTF_8)));

        Step.Chosen chosen = choose(drop, LOCAL);
        assertThat(chosen.next()).isEqualTo(Step.Next.TRAIN);
        assertThat(new BigDecimal(chosen.usdPerHour())).isZero();
        Decision decision = test.artefacts.json(files.decision(), Decision.class);
        Quote quote = test.artefacts.json(files.quote(), Quote.class);
        assertThat(decision.chosen()).isEqualTo("local/cpu");
        assertThat(decision.notTaken()).hasSize(quote.routes().size() - 1);

        new ReserveBudgetHandler(
                        test.cloud, new ReserveBudgetHandler.Caps(BigDecimal.TEN, BigDecimal.TEN), TestCloud.CLOCK)
                .handle(run);
        trained(files, 3.0, 1.5);
        assertThat(new EvaluateAdapterHandler(test.cloud).handle(run).passed()).isTrue();

        PublishAdapterHandler publish = new PublishAdapterHandler(test.cloud, TestCloud.CLOCK, Duration.ZERO);
        assertThat(publish.handle(run).status()).isEqualTo(Step.PublishStatus.WAITING);
        assertThat(publish.handle(run).status()).isEqualTo(Step.PublishStatus.WAITING);
        assertThat(publish.handle(run).status()).isEqualTo(Step.PublishStatus.PUBLISHED);
        assertThat(publish.handle(run).status()).isEqualTo(Step.PublishStatus.PUBLISHED);
        Publication publication = test.artefacts.json(files.publication(), Publication.class);
        assertThat(publication.endpoint()).isEqualTo("support");
        assertThat(publication.component()).hasSizeLessThanOrEqualTo(63);
        assertThat(publication.samples()).hasSize(3).allSatisfy(sample -> {
            assertThat(sample.base()).isEqualTo("answer of support-base");
            assertThat(sample.adapter()).isEqualTo("answer of " + publication.component());
        });

        new SettleBudgetHandler(test.cloud, TestCloud.CLOCK).handle(run);
        Settlement settlement = test.artefacts.json(files.settlement(), Settlement.class);
        assertThat(settlement.actualSeconds()).isEqualTo(60);
        assertThat(settlement.kind()).isNotNull();
        assertThat(test.ledger.actuals(settlement.kind())).hasSize(1);
        assertThat(new String(test.artefacts.find(files.quotePage()).orElseThrow(), StandardCharsets.UTF_8))
                .contains("local/cpu", "prefers-color-scheme:dark");
        new AnnounceHandler(test.cloud, TestCloud.CLOCK).handle(new Step.Announcement(drop.runId(), "PUBLISHED"));
        assertThat(test.ledger.find(drop.runId()).orElseThrow().state()).isEqualTo(RunState.PUBLISHED);
        assertThat(test.bus.events()).singleElement().isInstanceOf(AdapterPublished.class);
    }

    @Test
    void everyStepLeavesTheSameDocumentsWhenItRunsTwice() {
        Step.Drop drop = test.drop("support/twice.jsonl", TestCloud.rows(40), TestCloud.SETTINGS);
        prepare(drop);
        List<String> keys = test.artefacts.list("");
        List<String> sums = keys.stream()
                .map(k -> Sha256.of(test.artefacts.find(k).orElseThrow()))
                .toList();
        prepare(drop);
        assertThat(test.artefacts.list("")).isEqualTo(keys);
        assertThat(keys.stream().map(k -> Sha256.of(test.artefacts.find(k).orElseThrow())))
                .isEqualTo(sums);
    }

    @Test
    void aBrokenLineRejectsTheWholeFileAndIsNamed() {
        String rows = TestCloud.rows(12) + "{\"messages\":[]}\n" + TestCloud.rows(3);
        Step.Drop drop = test.drop("support/broken.jsonl", rows, TestCloud.SETTINGS);
        Step.Assembled assembled = prepare(drop);
        assertThat(assembled.verdict()).isEqualTo("REJECTED");
        assertThat(assembled.reason()).startsWith("messages-empty: line 13:");
        RunFiles files = new RunFiles(drop.runId());
        assertThat(test.artefacts.head(files.manifest())).isEmpty();

        Step.Recorded recorded = new RecordFailureHandler(test.cloud, TestCloud.CLOCK)
                .handle(new Step.Failed(
                        drop.runId(), "AssembleDataset", "Tunedrop.DatasetRejected", assembled.reason()));
        assertThat(recorded.state()).isEqualTo("REJECTED");
        assertThat(test.ledger.find(drop.runId()).orElseThrow().reason()).startsWith("messages-empty: line 13:");
        assertThat(test.bus.events()).singleElement().isInstanceOf(TunedropEvent.RunRejected.class);
    }

    @Test
    void anEmptyFileIsRejected() {
        assertThat(prepare(test.drop("support/empty.jsonl", "", TestCloud.SETTINGS))
                        .reason())
                .startsWith("file-empty");
    }

    @Test
    void aMissingBaseAndAMisspeltSettingAreTheDropsOwnFault() {
        PlanChunksHandler plan = new PlanChunksHandler(test.cloud);
        Step.Drop noBase = test.drop("a/x.jsonl", TestCloud.rows(1), "{\"base\":\"nowhere\"}");
        assertThatThrownBy(() -> plan.handle(noBase))
                .isInstanceOf(Rejected.class)
                .hasMessageStartingWith("base-missing: the base model \"nowhere\"")
                .hasMessageContaining(TestCloud.BASE);
        for (String outside : List.of("../x", "a/../b", "/etc", "a//b", "."))
            assertThatThrownBy(() ->
                            plan.handle(test.drop("c/x.jsonl", TestCloud.rows(1), "{\"base\":\"" + outside + "\"}")))
                    .isInstanceOf(Rejected.class)
                    .hasMessageStartingWith("base-missing: the base model \"" + outside + "\" is no name of a folder")
                    .hasMessageContaining(TestCloud.BASE);
        Step.Drop misspelt = test.drop("b/x.jsonl", TestCloud.rows(1), "{\"epoch\":1}");
        assertThatThrownBy(() -> plan.handle(misspelt))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("did you mean \"epochs\"");
    }

    @Test
    void aReplacedVersionIsSuperseded() {
        Step.Drop drop = test.drop("support/x.jsonl", TestCloud.rows(12), TestCloud.SETTINGS);
        test.drop("support/x.jsonl", TestCloud.rows(13), TestCloud.SETTINGS);
        assertThatThrownBy(() -> new PlanChunksHandler(test.cloud).handle(drop)).hasMessageStartingWith("superseded: ");
        Step.Recorded recorded = new RecordFailureHandler(test.cloud, TestCloud.CLOCK)
                .handle(new Step.Failed(
                        drop.runId(),
                        "PlanChunks",
                        Rejected.class.getName(),
                        "{\"errorMessage\":\"superseded: gone\",\"errorType\":\"x\"}"));
        assertThat(recorded.state()).isEqualTo("SUPERSEDED");
    }

    @Test
    void aDryRunEndsQuotedWithoutReserving() {
        Step.Drop drop = test.drop("quote/support/x.jsonl", TestCloud.rows(40), TestCloud.SETTINGS);
        prepare(drop);
        assertThat(choose(drop, null).next()).isEqualTo(Step.Next.QUOTED);
        new AnnounceHandler(test.cloud, TestCloud.CLOCK).handle(new Step.Announcement(drop.runId(), "QUOTED"));
        assertThat(test.ledger.find(drop.runId()).orElseThrow().state()).isEqualTo(RunState.QUOTED);
        assertThat(test.budget.reserved(drop.runId())).isZero();
    }

    @Test
    void anAdapterWorseThanItsBaseDoesNotGoLive() {
        Step.Drop drop = test.drop("support/worse.jsonl", TestCloud.rows(40), TestCloud.SETTINGS);
        prepare(drop);
        trained(new RunFiles(drop.runId()), 1.5, 1.6);
        Step.Gate gate = new EvaluateAdapterHandler(test.cloud).handle(new Step.Run(drop.runId()));
        assertThat(gate.passed()).isFalse();
        assertThat(gate.reason()).startsWith("not-better-than-base:");
    }

    @Test
    void theTrainingJobsOwnFailureIsKept() throws IOException {
        Step.Drop drop = test.drop("support/f.jsonl", TestCloud.rows(40), TestCloud.SETTINGS);
        prepare(drop);
        RunFiles files = new RunFiles(drop.runId());
        test.artefacts.putJson(
                files.failure(),
                new dev.tunedrop.events.run.Failure(
                        drop.runId(), "TrainOnBatch", "weights-not-finite", "a weight is NaN.", "Take another base."));
        new RecordFailureHandler(test.cloud, TestCloud.CLOCK)
                .handle(new Step.Failed(
                        drop.runId(), "TrainOnBatch", "States.TaskFailed", "{\"StatusReason\":\"exit 1\"}"));
        assertThat(test.ledger.find(drop.runId()).orElseThrow().reason())
                .isEqualTo("weights-not-finite: a weight is NaN. Take another base.");
        assertThat(test.ledger.find(drop.runId()).orElseThrow().state()).isEqualTo(RunState.FAILED);
    }

    @Test
    void realChatFilesAreAccepted() throws IOException {
        Path datasets = Path.of(System.getProperty("tunedrop.shared"), "data", "datasets");
        String cookbook = Files.readString(datasets.resolve("openai_cookbook_toy_chat_fine_tuning.jsonl"));
        assertThat(prepare(test.drop("cook/c.jsonl", cookbook, TestCloud.SETTINGS))
                        .reason())
                .isEmpty();
        String pairs = Files.readString(datasets.resolve("mlx_wwdc25_prompt_completion_train.jsonl"));
        assertThat(prepare(test.drop("mlx/p.jsonl", pairs, TestCloud.SETTINGS)).reason())
                .isEmpty();
    }
}
