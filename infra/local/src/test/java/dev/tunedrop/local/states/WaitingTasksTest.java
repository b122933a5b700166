package dev.tunedrop.local.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.local.disk.AppendLog;

/// Tasks that wait for a token's answer or a job's end, and what a crash leaves of them. In these texts ' stands
/// for " and ` for '.
class WaitingTasksTest {
    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aTaskWithATokenWaitsForItsAnswer() throws Exception {
        CompletableFuture<String> token = new CompletableFuture<>();
        bench.functions.put("A", in -> {
            token.complete(in.asText());
            return CompletableFuture.completedFuture(in);
        });
        Execution run = bench.start(tokenMachine(""), "{}");
        bench.states.taskSucceeded(token.get(), "{\"ok\":true}");
        run.join();
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("{'ok':true}"));
        assertThatThrownBy(() -> bench.states.taskSucceeded(token.get(), "{}"))
                .isInstanceOfSatisfying(
                        StatesException.class, e -> assertThat(e.code()).isEqualTo("TaskTimedOut"));
        assertThatThrownBy(() -> bench.states.taskSucceeded("nonsense!", "{}"))
                .isInstanceOfSatisfying(
                        StatesException.class, e -> assertThat(e.code()).isEqualTo("InvalidToken"));
    }

    /// Whoever answers at the moment at which the time is up is either told so, or heard.
    @Test
    void ofAnAnswerAndTheEndOfTheWaitForItOneComesToBe(@TempDir Path folder) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2);
                History history = new History(AppendLog.open(folder.resolve("race.log")), bench.time)) {
            for (int i = 0; i < 500; i++) {
                TaskTokens tokens = new TaskTokens();
                TaskTokens.Pending waiting = tokens.expect("token", history, "a" + i, Instant.EPOCH);
                Future<Boolean> taken = threads.submit(() -> tokens.take("token"));
                Future<Boolean> givenUp = threads.submit(waiting::giveUp);
                assertThat(taken.get()).isNotEqualTo(givenUp.get());
                assertThat(tokens.take("token")).isEqualTo(taken.get());
            }
        }
    }

    @Test
    void aRefusedTokenFailsTheTaskUnderTheGivenError() throws Exception {
        CompletableFuture<String> token = new CompletableFuture<>();
        bench.functions.put("A", in -> {
            token.complete(in.asText());
            return CompletableFuture.completedFuture(in);
        });
        Execution run = bench.start(tokenMachine(""), "{}");
        bench.states.taskFailed(token.get(), "Approval.Refused", "too dear");
        run.join();
        assertThat(Workbench.error(run)).isEqualTo("Approval.Refused");
    }

    @Test
    void aTokenWithoutHeartbeatsTimesOutAndOneWithThemDoesNot() throws Exception {
        CompletableFuture<String> token = new CompletableFuture<>();
        bench.functions.put("A", in -> {
            token.complete(in.asText());
            return CompletableFuture.completedFuture(in);
        });
        Execution run = bench.start(tokenMachine(",'HeartbeatSeconds':10,'TimeoutSeconds':100"), "{}");
        token.get();
        bench.time.awaitAlarmWithin(Duration.ofSeconds(10));
        bench.time.advance(Duration.ofSeconds(6));
        bench.states.taskBeat(token.get());
        bench.time.advance(Duration.ofSeconds(6));
        bench.time.awaitAlarmWithin(Duration.ofSeconds(4));
        assertThat(run.status()).isEqualTo(Execution.Status.RUNNING);
        bench.time.advance(Duration.ofSeconds(4));
        run.join();
        assertThat(Workbench.error(run)).isEqualTo("States.HeartbeatTimeout");
    }

    private static String tokenMachine(String more) {
        return Workbench.machine(
                "A",
                "'A':{'Type':'Task','Resource':'test:call.waitForTaskToken','Arguments':{'FunctionName':'A','Payload':'{%% $states.context.Task.Token %%}'}%s,'End':true}"
                        .formatted(more));
    }

    private static final String JOB =
            Workbench.machine("J", "'J':{'Type':'Task','Resource':'test:job.sync','TimeoutSeconds':60,'End':true}");

    @Test
    void aSyncTaskEndsWhenItsJobEnds() throws Exception {
        Execution run = bench.start(JOB, "{}");
        while (bench.jobs.isEmpty()) Thread.onSpinWait();
        bench.jobs.values().iterator().next().complete(Workbench.tree("{'Status':'SUCCEEDED'}"));
        run.join();
        assertThat(Workbench.output(run).path("Status").asText()).isEqualTo("SUCCEEDED");
        assertThat(bench.eventTypes(run)).contains("TaskSubmitted");
    }

    @Test
    void stoppingTheExecutionStopsItsJob() throws Exception {
        Execution run = bench.start(JOB, "{}");
        bench.time.awaitAlarmWithin(Duration.ofMinutes(1));
        while (!bench.eventTypes(run).contains("TaskSubmitted")) Thread.onSpinWait();
        bench.states.stop(run.arn(), "enough", "said a test");
        run.join();
        assertThat(run.status()).isEqualTo(Execution.Status.ABORTED);
        assertThat(bench.stopped).hasSize(1);
    }

    @Test
    void aTimedOutJobIsStopped() throws Exception {
        Execution run = bench.start(JOB, "{}");
        while (!bench.eventTypes(run).contains("TaskSubmitted")) Thread.onSpinWait();
        bench.time.awaitAlarmWithin(Duration.ofMinutes(1));
        bench.time.advance(Duration.ofMinutes(1));
        run.join();
        assertThat(Workbench.error(run)).isEqualTo("States.Timeout");
        assertThat(bench.stopped).containsExactly("the state timed out");
    }

    @Test
    void aServiceOpenedAgainGoesOnWhereTheOldOneWas() throws Exception {
        bench.answers("A", in -> in).isSilent("B");
        String retry = ",'Retry':[{'ErrorEquals':['Lambda.ServiceException']}]";
        Execution before = bench.start(
                Workbench.machine(
                        "A", Workbench.task("A", ",'Next':'B'") + "," + Workbench.task("B", retry + ",'End':true")),
                "{'n':1}");
        while (bench.calls.size() < 2) Thread.onSpinWait();
        bench.answers("B", in -> in);
        bench.crash();
        Execution after = bench.states.execution(before.arn());
        after.join();
        assertThat(after.status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(bench.calls).containsExactly("A", "B", "B");
    }

    @Test
    void aFunctionInFlightIsNotCalledAgainWhereTheWorkflowDoesNotRetryCrashes() throws Exception {
        bench.isSilent("A");
        Execution before = bench.start(Workbench.machine("A", Workbench.task("A", ",'End':true")), "{}");
        while (bench.calls.isEmpty()) Thread.onSpinWait();
        bench.crash();
        Execution after = bench.states.execution(before.arn());
        after.join();
        assertThat(Workbench.error(after)).isEqualTo("Lambda.Unknown");
        assertThat(bench.calls).hasSize(1);
    }

    @Test
    void aJobSubmittedBeforeACrashIsWaitedForAndNotSubmittedAgain() throws Exception {
        Execution before = bench.start(JOB, "{}");
        while (!bench.eventTypes(before).contains("TaskSubmitted")) Thread.onSpinWait();
        bench.crash();
        bench.jobs.values().iterator().next().complete(Workbench.tree("{'Status':'SUCCEEDED'}"));
        Execution after = bench.states.execution(before.arn());
        after.join();
        assertThat(after.status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(bench.calls).containsExactly("submit");
    }
}
