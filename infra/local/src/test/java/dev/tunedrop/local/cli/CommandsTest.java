package dev.tunedrop.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.provider.ServiceSetUp;
import dev.tunedrop.functions.provider.StandIn;

/// The commands on a cloud in memory, from the words typed to the words printed.
class CommandsTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path folder;

    private final MemoryCloud cloud = new MemoryCloud();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final DropRef drop = new DropRef("drops", "orders/rows.jsonl", "etag:1", 10);
    private final DropRef broken = new DropRef("drops", "orders/broken.jsonl", "etag:2", 10);

    @BeforeEach
    void twoRuns() {
        cloud.ledger.begin(RunRecord.begun(drop, "", NOON));
        cloud.ledger.end(drop.runId(), RunState.PUBLISHED, null, NOON.plusSeconds(90));
        cloud.ledger.begin(RunRecord.begun(broken, "", NOON.plusSeconds(200)));
        cloud.ledger.end(broken.runId(), RunState.FAILED, "no-base: there is no such base", NOON.plusSeconds(201));
        cloud.artefacts.putJson(
                new RunFiles(drop.runId()).settlement(),
                new Settlement(drop.runId(), "local/cpu", usd("1"), usd("1"), usd("0.42"), 80, 90, null));
        cloud.artefacts.putJson(
                new RunFiles(broken.runId()).failure(),
                new Failure(
                        broken.runId(), "PlanChunks", "no-base", "There is no such base.", "Put it under models/."));
    }

    @Test
    void runsListsTheNewestFirstWithStateTimeAndCost() {
        assertThat(run("runs")).isZero();
        assertThat(out.toString())
                .containsSubsequence("failed", "broken.jsonl", "published", "rows.jsonl", "1m 30s", "$0.42");
    }

    @Test
    void runsAsJsonIsJson() {
        assertThat(run("runs", "--json")).isZero();
        assertThat(Json.tree(out.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), "runs")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void showFindsARunByTheBeginningOfItsNameAndTheLastByThatWord() {
        assertThat(run("show", broken.runId().substring(0, 16))).isZero();
        assertThat(out.toString()).contains(broken.runId(), "There is no such base.", "Put it under models/.");
        assertThat(run("show", "last")).isZero();
        assertThat(run("show", "orders")).isEqualTo(2);
        assertThat(err.toString()).contains("2 runs begin with orders");
        assertThat(run("show", "nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("no run is named nothing");
    }

    @Test
    void dropWithNoFollowOnlyStartsTheRun() throws IOException {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{}\n");
        assertThat(run("drop", rows.toString(), "--dataset", "orders", "--no-follow"))
                .isZero();
        assertThat(out.toString()).contains("Follow it with: tunedrop show ");
    }

    @Test
    void retrainStartsARunThatSaysWhyAndASecondRequestIsJoinedToIt() {
        cloud.ledger.datasets().accepted(cloud.ledger.find(drop.runId()).orElseThrow());
        assertThat(run("retrain", "orders", "--base", "tiny-2", "--reason", "prices changed", "--no-follow"))
                .isZero();
        assertThat(out.toString()).contains("Retrained because prices changed.", "Follow it with: tunedrop show ");
        RunRecord begun = cloud.ledger.newest(9).stream()
                .filter(each -> each.retrain() != null)
                .findFirst()
                .orElseThrow();
        assertThat(begun.retrain())
                .isNotNull()
                .satisfies(why -> assertThat(why.base()).isEqualTo("tiny-2"));
        assertThat(cloud.executions.started()).containsKey(begun.runId());
        assertThat(run("retrain", "orders", "--no-follow")).isZero();
        assertThat(out.toString()).contains("The run that is under way does what is asked", begun.runId());
        assertThat(run("retrain", "orders", "--base", "tiny-3")).isZero();
        assertThat(out.toString()).contains("this comes within an hour after its end");
        assertThat(run("show", begun.runId())).isZero();
        assertThat(out.toString()).contains("retrained because prices changed");
        assertThat(run("runs", "--json")).isZero();
        assertThat(out.toString()).contains("\"because\" : \"retrained because prices changed\"");
    }

    @Test
    void retrainOfADatasetThatIsNotThereSaysSo() {
        assertThat(run("retrain", "nobody")).isEqualTo(2);
        assertThat(err.toString()).contains("\"nobody\"", "no drop of the dataset was accepted yet; drop a file");
        assertThat(run("retrain", "orders", "--base", "")).isEqualTo(2);
        assertThat(err.toString()).contains("--base is empty");
    }

    @Test
    void askGoesToTheLiveAdapterAndWithBaseToBoth() {
        cloud.ledger.moveAlias(
                "orders",
                null,
                new Alias("orders", drop.runId(), "orders-1", "tiny", "s3://a", "00", null, null, NOON));
        assertThat(run("ask", "orders", "Where is it?")).isZero();
        assertThat(out.toString().strip()).isEqualTo("orders-1 says: Where is it?");
        assertThat(run("ask", "orders", "Where is it?", "--base")).isZero();
        assertThat(out.toString()).contains("base     orders-base says", "adapter  orders-1 says");
    }

    @Test
    void askGoesToTheServiceThatKeepsTheModelOrSaysWhyItCannot() {
        cloud.services.add(new ServiceSetUp.Ready(new StandIn("openai")));
        cloud.services.add(new ServiceSetUp.Lacking("bedrock", "no role is configured for it; set X"));
        kept("orders", "openai:ft:m");
        kept("quiet", "openai:refused");
        kept("away", "bedrock:arn:aws:bedrock:x");
        assertThat(run("ask", "orders", "Where is it?")).isZero();
        assertThat(out.toString().strip()).isEqualTo("ft:m says: Where is it?");
        assertThat(run("ask", "orders", "Where is it?", "--base")).isEqualTo(2);
        assertThat(err.toString()).contains("is kept by openai", "Leave out --base.");
        assertThat(run("ask", "quiet", "Where is it?")).isEqualTo(2);
        assertThat(err.toString()).contains("openai: refused answers once a person has deployed it there");
        assertThat(run("ask", "away", "Where is it?")).isEqualTo(2);
        assertThat(err.toString()).contains("cannot be asked from here: no role is configured for it; set X.");
    }

    private void kept(String endpoint, String uri) {
        cloud.ledger.moveAlias(
                endpoint, null, new Alias(endpoint, drop.runId(), uri, "openai/m", uri, "", null, null, NOON));
    }

    @Test
    void aWaitingRunIsAnsweredOnceAndOneThatDoesNotWaitIsNot() {
        DropRef dear = new DropRef("drops", "orders/dear.jsonl", "etag:3", 10);
        cloud.ledger.begin(RunRecord.begun(dear, "", NOON.plusSeconds(300)));
        cloud.ledger.awaitApproval(dear.runId(), "token-1");
        assertThat(run("approve", dear.runId())).isZero();
        assertThat(cloud.executions.answers()).containsExactly(Map.entry("token-1", "{\"approved\":true}"));
        assertThat(run("refuse", dear.runId(), "--reason", "too dear")).isEqualTo(2);
        assertThat(err.toString()).contains("does not wait any more");
        assertThat(run("approve", drop.runId())).isEqualTo(2);
        assertThat(err.toString()).contains("is PUBLISHED and waits for nobody");
    }

    @Test
    void aRefusalKeepsItsReason() {
        DropRef dear = new DropRef("drops", "orders/dear.jsonl", "etag:3", 10);
        cloud.ledger.begin(RunRecord.begun(dear, "", NOON.plusSeconds(300)));
        cloud.ledger.awaitApproval(dear.runId(), "token-2");
        assertThat(run("refuse", dear.runId(), "--reason", "Too dear.")).isZero();
        assertThat(cloud.executions.answers().get("token-2")).startsWith("refused: Too dear.");
    }

    @Test
    void askingWhereNothingIsPublishedSaysSo() {
        assertThat(run("ask", "nowhere", "Hello?")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("nothing is published behind an endpoint named \"nowhere\"");
    }

    @Test
    void aStepWrittenTwiceCountsAsItWasWrittenLast() {
        String key = new RunFiles(drop.runId()).metrics();
        cloud.artefacts.put(
                key,
                (Json.writeLine(step(1, 3.0)) + "\n" + Json.writeLine(step(2, 2.5)) + "\n"
                                + Json.writeLine(step(2, 2.0)) + "\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "application/jsonl");
        assertThat(cloud.running().views().metrics(drop.runId(), 0))
                .extracting(StepMetrics::loss)
                .containsExactly(3.0, 2.0);
        assertThat(cloud.running().views().metrics(drop.runId(), 1)).hasSize(1);
    }

    @Test
    void withoutACloudACommandNamesTheOneThatStartsIt() {
        int code = Tunedrop.commandLine(new Fixed(Optional.empty()), new Home(folder, folder))
                .setErr(new PrintWriter(err))
                .execute("runs");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("./tunedrop up");
    }

    private int run(String... words) {
        return Tunedrop.commandLine(new Fixed(Optional.of(cloud.running())), new Home(folder, folder))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
    }

    private static StepMetrics step(int step, double loss) {
        return new StepMetrics(step, 10, 0.1, loss, 1e-3, 1, 100, 50, 1000, 1, 9, 1 << 20, null, null);
    }

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    private record Fixed(Optional<RunningCloud> cloud) implements Clouds {
        @Override
        public Optional<RunningCloud> find() {
            return cloud;
        }

        @Override
        public RunningCloud start(int consolePort, boolean fidelity) {
            throw new AssertionError("nobody asked for a new cloud");
        }
    }
}
