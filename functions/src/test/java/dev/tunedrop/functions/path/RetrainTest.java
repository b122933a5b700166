package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Datasets.Dataset;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;

/// The first steps of a run that was asked for.
class RetrainTest {

    private static final String OTHER = "other-base";

    private TestCloud test;
    private Step.Drop first;

    @BeforeEach
    void aDatasetThatWasTrained() throws IOException {
        test = new TestCloud();
        test.base(OTHER, "synthetic-tiny-llama3");
        first = test.drop("support/a.jsonl", TestCloud.rows(40), TestCloud.SETTINGS);
        prepared(first);
    }

    private long prepared(Step.Drop drop) {
        long rows = test.prepare(
                drop, new PlanChunksHandler(test.cloud).handle(drop).chunks());
        assertThat(new AssembleDatasetHandler(test.cloud)
                        .handle(new Step.Run(drop.runId()))
                        .verdict())
                .isEqualTo("ACCEPTED");
        return rows;
    }

    private Step.Drop again(@Nullable String base) {
        RunRecord run = test.ledger
                .find(first.runId())
                .orElseThrow()
                .again(new Retrain("r " + base, Cause.PERSON, "why", base, TestCloud.NOW), TestCloud.NOW);
        test.ledger.begin(run);
        return Step.Drop.of(run);
    }

    private RunSettings settings(Step.Drop run) {
        return test.artefacts.json(new RunFiles(run.runId()).settings(), RunSettings.class);
    }

    private void live(String endpoint, String component, String base) {
        test.ledger.moveAlias(
                endpoint,
                null,
                new Alias(endpoint, first.runId(), component, base, "s3://a", "sum", null, null, TestCloud.NOW));
    }

    @Test
    void theSameRowsAreNotTokenisedAgainNorIsADropAcceptedTwice() {
        Step.Drop run = again(null);
        assertThat(prepared(run)).isZero();
        assertThat(settings(run)).isEqualTo(settings(first));
        assertThat(test.artefacts
                        .json(new RunFiles(run.runId()).retrain(), Retrain.class)
                        .because())
                .isEqualTo("retrained because why");
        assertThat(test.artefacts.head(new RunFiles(first.runId()).retrain())).isEmpty();
        assertThat(test.ledger.datasets().find("support").map(Dataset::acceptedRun))
                .contains(first.runId());
    }

    @Test
    void aRequestsBaseTakesThePlaceOfTheSettings() {
        Step.Drop run = again(OTHER);
        prepared(run);
        assertThat(settings(run).base()).isEqualTo(OTHER);
        assertThat(settings(run).endpoint()).isNull();
        assertThat(settings(run).maxTokens()).isEqualTo(settings(first).maxTokens());
    }

    @Test
    void whereAnEndpointServesAnotherBaseTheNewModelGoesBehindOneOfItsOwn() {
        live("support", "support-1", TestCloud.BASE);
        Step.Drop run = again(OTHER);
        prepared(run);
        assertThat(settings(run).endpoint()).isEqualTo("support-other-base");
        Step.Drop same = again(TestCloud.BASE);
        prepared(same);
        assertThat(settings(same).endpoint()).isNull();
    }

    @Test
    void aServicesModelIsFollowedBehindTheSameName() {
        live("support", "openai:ft-1", "openai/gpt-4.1-mini");
        Step.Drop run = again(OTHER);
        prepared(run);
        assertThat(settings(run).endpoint()).isNull();
    }

    @Test
    void aServicesRouteIsTheRouteOfTheRun() {
        Step.Drop run = again("openai/gpt-4.1-mini-2025-04-14");
        prepared(run);
        assertThat(settings(run).route()).isEqualTo("openai/gpt-4.1-mini-2025-04-14");
        assertThat(settings(run).base()).isEqualTo(TestCloud.BASE);
    }

    @Test
    void aBaseThatIsNotThereEndsTheRunRejected() {
        Step.Drop run = again("nowhere");
        assertThatThrownBy(() -> new PlanChunksHandler(test.cloud).handle(run))
                .isInstanceOf(Rejected.class)
                .hasMessageStartingWith("base-missing: ");
        Step.Drop blank = again(" ");
        assertThatThrownBy(() -> new PlanChunksHandler(test.cloud).handle(blank))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("base is blank");
    }

    @Test
    void aDryRunIsNothingToTrainOnAgain() {
        prepared(test.drop("quote/dry/a.jsonl", TestCloud.rows(40), TestCloud.SETTINGS));
        assertThat(test.ledger.datasets().find("dry")).isEmpty();
        assertThat(test.ledger.datasets().all()).extracting(Dataset::name).isEqualTo(List.of("support"));
    }

    @Test
    void whatTheRowsAskIsKeptInCounts() {
        PromptProfile prompts = test.artefacts.json(new RunFiles(first.runId()).prompts(), PromptProfile.class);
        assertThat(prompts.prompts()).as("rows that are trained on").isEqualTo(36);
        assertThat(prompts.lengths().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(36);
        assertThat(prompts.tokens().stream().mapToLong(Long::longValue).sum()).isGreaterThan(36 * 3);
        Step.Drop text = test.drop("texts/a.jsonl", "{\"text\":\"a b c d\"}\n".repeat(3), TestCloud.SETTINGS);
        prepared(text);
        assertThat(test.artefacts.json(new RunFiles(text.runId()).prompts(), PromptProfile.class))
                .isEqualTo(PromptProfile.NONE);
    }
}
