package dev.tunedrop.local.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.node.IntNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// What each kind of state does. In these texts ' stands for " and ` for '.
class InterpreterTest {
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
    void aTaskThatSucceedsGivesItsResultThroughOutputAndAssign() throws Exception {
        bench.answers("A", in -> IntNode.valueOf(in.path("n").asInt() + 1));
        Execution run = bench.run(
                Workbench.machine(
                        "A",
                        Workbench.task(
                                        "A",
                                        ",'Assign':{'seen':'{% $states.input.n %}'},'Output':{'r':'{% $states.result %}'},'Next':'B'")
                                + ",'B':{'Type':'Pass','Output':{'all':'{% [$seen, $states.input.r] %}'},'End':true}"),
                "{'n':41}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("{'all':[41,42]}"));
        assertThat(bench.eventTypes(run))
                .containsExactly(
                        "ExecutionStarted",
                        "TaskStateEntered",
                        "TaskScheduled",
                        "TaskStarted",
                        "TaskSucceeded",
                        "TaskStateExited",
                        "PassStateEntered",
                        "PassStateExited",
                        "ExecutionSucceeded");
    }

    @Test
    void aTaskThatFailsEndsTheExecutionFailedUnderItsOwnErrorName() throws Exception {
        bench.failsFirst("A", 9, "my.Error");
        Execution run = bench.run(Workbench.machine("A", Workbench.task("A", ",'End':true")), "{}");
        assertThat(run.status()).isEqualTo(Execution.Status.FAILED);
        assertThat(Workbench.error(run)).isEqualTo("my.Error");
        assertThat(bench.calls).hasSize(1);
        assertThat(bench.eventTypes(run)).endsWith("TaskFailed", "ExecutionFailed");
    }

    @Test
    void aNamedFailureIsTriedAgainAfterGrowingPausesAndThenSucceeds() throws Exception {
        bench.failsFirst("A", 3, "my.Error");
        Execution run = bench.start(
                Workbench.machine(
                        "A",
                        Workbench.task(
                                "A",
                                ",'Retry':[{'ErrorEquals':['my.Error'],'IntervalSeconds':2,'BackoffRate':3,'MaxAttempts':3,'MaxDelaySeconds':10}],'End':true")),
                "{'n':1}");
        for (int seconds : new int[] {2, 6, 10}) {
            assertThat(bench.time.next()).isEqualTo(Duration.ofSeconds(seconds));
            bench.time.advance(Duration.ofSeconds(seconds));
        }
        run.join();
        assertThat(run.status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(bench.calls).hasSize(4);
    }

    @Test
    void fullJitterDrawsThePauseFromZeroToItsLength() throws Exception {
        bench.failsFirst("A", 1, "my.Error");
        Execution run = bench.start(
                Workbench.machine(
                        "A",
                        Workbench.task(
                                "A",
                                ",'Retry':[{'ErrorEquals':['my.Error'],'IntervalSeconds':8,'JitterStrategy':'FULL'}],'End':true")),
                "{}");
        assertThat(bench.time.next()).isEqualTo(Duration.ofSeconds(4));
        bench.time.advance(Duration.ofSeconds(4));
        run.join();
        assertThat(run.status()).isEqualTo(Execution.Status.SUCCEEDED);
    }

    @Test
    void aFailureThatRetryDoesNotNameIsNotTriedAgain() throws Exception {
        bench.failsFirst("A", 1, "other.Error");
        Execution run = bench.run(
                Workbench.machine("A", Workbench.task("A", ",'Retry':[{'ErrorEquals':['my.Error']}],'End':true")),
                "{}");
        assertThat(Workbench.error(run)).isEqualTo("other.Error");
        assertThat(bench.calls).hasSize(1);
    }

    @Test
    void eachRetrierCountsItsOwnAttempts() throws Exception {
        bench.functions.put(
                "A",
                in -> CompletableFuture.failedFuture(new AslFailure(bench.calls.size() % 2 == 1 ? "one" : "two", "")));
        Execution run = bench.start(
                Workbench.machine(
                        "A",
                        Workbench.task(
                                "A",
                                ",'Retry':[{'ErrorEquals':['one'],'IntervalSeconds':1,'BackoffRate':1,'MaxAttempts':2},{'ErrorEquals':['two'],'IntervalSeconds':1,'BackoffRate':1,'MaxAttempts':1}],'End':true")),
                "{}");
        for (int i = 0; i < 3; i++) {
            assertThat(bench.time.next()).isEqualTo(Duration.ofSeconds(1));
            bench.time.advance(Duration.ofSeconds(1));
        }
        run.join();
        assertThat(bench.calls).hasSize(4);
        assertThat(Workbench.error(run)).isEqualTo("two");
    }

    @Test
    void aTaskThatNeverAnswersTimesOut() throws Exception {
        bench.isSilent("A");
        Execution run =
                bench.start(Workbench.machine("A", Workbench.task("A", ",'TimeoutSeconds':60,'End':true")), "{}");
        bench.time.awaitAlarmWithin(Duration.ofMinutes(1));
        bench.time.advance(Duration.ofMinutes(1));
        run.join();
        assertThat(Workbench.error(run)).isEqualTo("States.Timeout");
        assertThat(bench.eventTypes(run)).contains("TaskTimedOut");
    }

    @Test
    void theWholeExecutionTimesOut() throws Exception {
        bench.isSilent("A");
        Execution run = bench.start(
                Workbench.machine("A", Workbench.task("A", ",'TimeoutSeconds':600,'End':true"))
                        .replace("'StartAt'", "'TimeoutSeconds':90,'StartAt'"),
                "{}");
        bench.time.awaitAlarmWithin(Duration.ofMinutes(10));
        bench.time.advance(Duration.ofSeconds(90));
        run.join();
        assertThat(run.status()).isEqualTo(Execution.Status.TIMED_OUT);
    }

    @Test
    void aCatcherSeesTheErrorAndNamesTheNextState() throws Exception {
        bench.failsFirst("A", 1, "my.Error");
        Execution run = bench.run(
                Workbench.machine(
                        "A",
                        Workbench.task(
                                        "A",
                                        ",'Catch':[{'ErrorEquals':['nope'],'Next':'C'},{'ErrorEquals':['States.ALL'],'Assign':{'why':'{% $states.errorOutput.Error %}'},'Output':'{% $states.errorOutput.Cause %}','Next':'B'}],'Next':'C'")
                                + ",'B':{'Type':'Pass','Output':'{% $why & `: ` & $states.input %}','End':true},'C':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.output(run).asText()).isEqualTo("my.Error: attempt 1");
    }

    @Test
    void aFailStateEndsWithItsEvaluatedErrorAndCause() throws Exception {
        Execution run = bench.run(
                Workbench.machine("F", "'F':{'Type':'Fail','Error':'{% $states.input.e %}','Cause':'because'}"),
                "{'e':'my.End'}");
        assertThat(Workbench.error(run)).isEqualTo("my.End");
        assertThat(bench.eventTypes(run)).containsExactly("ExecutionStarted", "FailStateEntered", "ExecutionFailed");
    }

    @Test
    void theFirstChoiceThatHoldsWinsAndElseTheDefault() throws Exception {
        String text = Workbench.machine(
                "C",
                "'C':{'Type':'Choice','Choices':[{'Condition':'{% $states.input.n > 5 %}','Next':'Big'},{'Condition':'{% $states.input.n > 2 %}','Output':'{% `mid` %}','Next':'End'}],'Default':'Small'},"
                        + "'Big':{'Type':'Pass','Output':'big','End':true},'Small':{'Type':'Pass','Output':'small','End':true},'End':{'Type':'Succeed'}");
        assertThat(Workbench.output(bench.run(text, "{'n':9}")).asText()).isEqualTo("big");
        bench.close();
        bench = new Workbench();
        assertThat(Workbench.output(bench.run(text, "{'n':3}")).asText()).isEqualTo("mid");
        bench.close();
        bench = new Workbench();
        assertThat(Workbench.output(bench.run(text, "{'n':1}")).asText()).isEqualTo("small");
    }

    @Test
    void noChoiceAndNoDefaultFailsTheExecution() throws Exception {
        Execution run = bench.run(
                Workbench.machine(
                        "C",
                        "'C':{'Type':'Choice','Choices':[{'Condition':'{% false %}','Next':'E'}]},'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.error(run)).isEqualTo("States.NoChoiceMatched");
    }

    @Test
    void anUndefinedResultIsAQueryEvaluationErrorThatACatcherCanName() throws Exception {
        Execution run = bench.run(
                Workbench.machine("P", "'P':{'Type':'Pass','Output':'{% $states.input.missing %}','End':true}"), "{}");
        assertThat(Workbench.error(run)).isEqualTo("States.QueryEvaluationError");
        bench.close();
        bench = new Workbench();
        bench.answers("A", in -> in);
        run = bench.run(
                Workbench.machine(
                        "A",
                        Workbench.task(
                                        "A",
                                        ",'Output':'{% $states.result.missing %}','Catch':[{'ErrorEquals':['States.QueryEvaluationError'],'Next':'E'}],'Next':'E'")
                                + ",'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(run.status()).isEqualTo(Execution.Status.SUCCEEDED);
    }

    @Test
    void aWaitLastsUntilItsTimeHasCome() throws Exception {
        Execution run = bench.start(
                Workbench.machine("W", "'W':{'Type':'Wait','Seconds':'{% $states.input.s %}','End':true}"), "{'s':30}");
        assertThat(bench.time.next()).isEqualTo(Duration.ofSeconds(30));
        assertThat(run.status()).isEqualTo(Execution.Status.RUNNING);
        bench.time.advance(Duration.ofSeconds(30));
        run.join();
        assertThat(run.status()).isEqualTo(Execution.Status.SUCCEEDED);
    }

    @Test
    void aResultAboveTheLimitEndsTheExecutionAndNothingCatchesIt() throws Exception {
        bench.answers("A", in -> Json.mapper().valueToTree("x".repeat(Visit.PAYLOAD_BYTES)));
        Execution run = bench.run(
                Workbench.machine(
                        "A",
                        Workbench.task("A", ",'Catch':[{'ErrorEquals':['States.ALL'],'Next':'E'}],'Next':'E'")
                                + ",'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.error(run)).isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void anEndlessLoopEndsAtTheHistoryLimit() throws Exception {
        Execution run = bench.run(Workbench.machine("P", "'P':{'Type':'Pass','Next':'P'}"), "{}");
        assertThat(run.status()).isEqualTo(Execution.Status.FAILED);
        assertThat(bench.eventTypes(run)).hasSizeLessThanOrEqualTo(History.LIMIT);
    }

    @Test
    void whatTheInterpreterDoesNotRunIsRefusedByName() {
        assertThatThrownBy(() ->
                        bench.start(Workbench.machine("P", "'P':{'Type':'Pass','ResultPath':'$','End':true}"), "{}"))
                .isInstanceOf(InvalidDocument.class)
                .hasMessageContaining("ResultPath");
        assertThatThrownBy(() -> bench.start(Workbench.machine("P", "'P':{'Type':'Pass','Next':'Q'}"), "{}"))
                .hasMessageContaining("no state is named \"Q\"");
        assertThatThrownBy(() -> bench.start(Workbench.machine("P", "'P':{'Type':'Pass'}"), "{}"))
                .hasMessageContaining("Next or \"End\"");
    }

    @Test
    void theSameNameAndInputWhileRunningIsTheSameExecutionAndElseRefused() throws Exception {
        bench.isSilent("A");
        Execution run = bench.start(Workbench.machine("A", Workbench.task("A", ",'End':true")), "{'n':1}");
        assertThat(bench.states.start(Workbench.ARN, "run", "{\"n\":1}")).isSameAs(run);
        assertThatThrownBy(() -> bench.states.start(Workbench.ARN, "run", "{\"n\":2}"))
                .isInstanceOfSatisfying(
                        StatesException.class, e -> assertThat(e.code()).isEqualTo("ExecutionAlreadyExists"));
        assertThatThrownBy(() -> bench.states.start(Workbench.ARN, "a b", "{}"))
                .isInstanceOfSatisfying(
                        StatesException.class, e -> assertThat(e.code()).isEqualTo("InvalidName"));
    }
}
