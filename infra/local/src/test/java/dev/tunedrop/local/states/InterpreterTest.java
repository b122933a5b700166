package dev.tunedrop.local.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.node.IntNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// In these texts ' stands for " and ` for '.
@Timeout(30)
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

    private static String machine(String start, String states) {
        return "{'QueryLanguage':'JSONata','StartAt':'%s','States':{%s}}".formatted(start, states);
    }

    private static String task(String name, String more) {
        return "'%s':{'Type':'Task','Resource':'test:call','Arguments':{'FunctionName':'%s','Payload':'{%% $states.input %%}'}%s}"
                .formatted(name, name, more);
    }

    @Test
    void aTaskThatSucceedsGivesItsResultThroughOutputAndAssign() throws Exception {
        bench.answers("A", in -> IntNode.valueOf(in.path("n").asInt() + 1));
        Execution run = bench.run(
                machine(
                        "A",
                        task(
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
        Execution run = bench.run(machine("A", task("A", ",'End':true")), "{}");
        assertThat(run.status()).isEqualTo(Execution.Status.FAILED);
        assertThat(Workbench.error(run)).isEqualTo("my.Error");
        assertThat(bench.calls).hasSize(1);
        assertThat(bench.eventTypes(run)).endsWith("TaskFailed", "ExecutionFailed");
    }

    @Test
    void aNamedFailureIsTriedAgainAfterGrowingPausesAndThenSucceeds() throws Exception {
        bench.failsFirst("A", 3, "my.Error");
        Execution run = bench.start(
                machine(
                        "A",
                        task(
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
                machine(
                        "A",
                        task(
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
        Execution run = bench.run(machine("A", task("A", ",'Retry':[{'ErrorEquals':['my.Error']}],'End':true")), "{}");
        assertThat(Workbench.error(run)).isEqualTo("other.Error");
        assertThat(bench.calls).hasSize(1);
    }

    @Test
    void eachRetrierCountsItsOwnAttempts() throws Exception {
        bench.functions.put(
                "A",
                in -> CompletableFuture.failedFuture(new AslFailure(bench.calls.size() % 2 == 1 ? "one" : "two", "")));
        Execution run = bench.start(
                machine(
                        "A",
                        task(
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
        Execution run = bench.start(machine("A", task("A", ",'TimeoutSeconds':60,'End':true")), "{}");
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
                machine("A", task("A", ",'TimeoutSeconds':600,'End':true"))
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
                machine(
                        "A",
                        task(
                                        "A",
                                        ",'Catch':[{'ErrorEquals':['nope'],'Next':'C'},{'ErrorEquals':['States.ALL'],'Assign':{'why':'{% $states.errorOutput.Error %}'},'Output':'{% $states.errorOutput.Cause %}','Next':'B'}],'Next':'C'")
                                + ",'B':{'Type':'Pass','Output':'{% $why & `: ` & $states.input %}','End':true},'C':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.output(run).asText()).isEqualTo("my.Error: attempt 1");
    }

    @Test
    void aFailStateEndsWithItsEvaluatedErrorAndCause() throws Exception {
        Execution run = bench.run(
                machine("F", "'F':{'Type':'Fail','Error':'{% $states.input.e %}','Cause':'because'}"),
                "{'e':'my.End'}");
        assertThat(Workbench.error(run)).isEqualTo("my.End");
        assertThat(bench.eventTypes(run)).containsExactly("ExecutionStarted", "FailStateEntered", "ExecutionFailed");
    }

    @Test
    void theFirstChoiceThatHoldsWinsAndElseTheDefault() throws Exception {
        String text = machine(
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
                machine(
                        "C",
                        "'C':{'Type':'Choice','Choices':[{'Condition':'{% false %}','Next':'E'}]},'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.error(run)).isEqualTo("States.NoChoiceMatched");
    }

    @Test
    void anUndefinedResultIsAQueryEvaluationErrorThatACatcherCanName() throws Exception {
        Execution run =
                bench.run(machine("P", "'P':{'Type':'Pass','Output':'{% $states.input.missing %}','End':true}"), "{}");
        assertThat(Workbench.error(run)).isEqualTo("States.QueryEvaluationError");
        bench.close();
        bench = new Workbench();
        bench.answers("A", in -> in);
        run = bench.run(
                machine(
                        "A",
                        task(
                                        "A",
                                        ",'Output':'{% $states.result.missing %}','Catch':[{'ErrorEquals':['States.QueryEvaluationError'],'Next':'E'}],'Next':'E'")
                                + ",'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(run.status()).isEqualTo(Execution.Status.SUCCEEDED);
    }

    @Test
    void aWaitLastsUntilItsTimeHasCome() throws Exception {
        Execution run = bench.start(
                machine("W", "'W':{'Type':'Wait','Seconds':'{% $states.input.s %}','End':true}"), "{'s':30}");
        assertThat(bench.time.next()).isEqualTo(Duration.ofSeconds(30));
        assertThat(run.status()).isEqualTo(Execution.Status.RUNNING);
        bench.time.advance(Duration.ofSeconds(30));
        run.join();
        assertThat(run.status()).isEqualTo(Execution.Status.SUCCEEDED);
    }

    @Test
    void aMapKeepsTheOrderOfItsItemsWhicheverEndsFirst() throws Exception {
        CompletableFuture<com.fasterxml.jackson.databind.JsonNode> first = new CompletableFuture<>();
        bench.functions.put("A", in -> {
            if (in.path("v").asInt() == 10) return first;
            if (in.path("v").asInt() == 30) first.complete(IntNode.valueOf(1));
            return CompletableFuture.completedFuture(in.path("i"));
        });
        Execution run = bench.run(
                machine(
                        "M",
                        "'M':{'Type':'Map','Items':'{% $states.input.list %}','ItemSelector':{'i':'{% $states.context.Map.Item.Index %}','v':'{% $states.context.Map.Item.Value %}'},'ItemProcessor':{'StartAt':'A','States':{"
                                + task("A", ",'End':true") + "}},'End':true}"),
                "{'list':[10,20,30]}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("[1,1,2]"));
        assertThat(bench.eventTypes(run))
                .contains("MapStateStarted", "MapIterationStarted", "MapIterationSucceeded", "MapStateSucceeded");
    }

    @Test
    void aListOfOneStaysAList() throws Exception {
        bench.answers("A", in -> Workbench.tree("{'Payload':{'chunks':[{'i':0}]}}"));
        Execution run = bench.run(
                machine(
                        "A",
                        task("A", ",'Assign':{'chunks':'{% $states.result.Payload.chunks %}'},'Next':'M'")
                                + ",'M':{'Type':'Map','Items':'{% $chunks %}','ItemProcessor':{'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}},'Output':{'n':'{% $count($states.result) %}'},'End':true}"),
                "{}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("{'n':1}"));
    }

    @Test
    void aMapRunsNoMoreAtOnceThanItMay() throws Exception {
        bench.isSilent("A");
        Execution run = bench.start(
                machine(
                        "M",
                        "'M':{'Type':'Map','MaxConcurrency':2,'Items':[1,2,3,4],'ItemProcessor':{'StartAt':'A','States':{"
                                + task("A", ",'TimeoutSeconds':5,'End':true") + "}},'End':true}"),
                "{}");
        while (bench.calls.size() < 2) Thread.onSpinWait();
        bench.time.awaitAlarmWithin(Duration.ofSeconds(5));
        bench.time.advance(Duration.ofSeconds(5));
        run.join();
        assertThat(bench.calls).hasSizeBetween(2, 3);
        assertThat(Workbench.error(run)).isEqualTo("States.Timeout");
    }

    @Test
    void oneFailedItemFailsTheMapUnderItsErrorAndEndsTheOthers() throws Exception {
        bench.functions.put(
                "A",
                in -> in.asInt() == 2
                        ? CompletableFuture.failedFuture(new AslFailure("bad.Item", "2"))
                        : new CompletableFuture<>());
        Execution run = bench.run(
                machine(
                        "M",
                        "'M':{'Type':'Map','Items':[1,2,3],'ItemProcessor':{'StartAt':'A','States':{"
                                + task("A", ",'End':true")
                                + "}},'Catch':[{'ErrorEquals':['bad.Item'],'Output':'{% $states.errorOutput.Error %}','Next':'E'}],'Next':'E'},'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.output(run).asText()).isEqualTo("bad.Item");
    }

    @Test
    void anEmptyMapHasAnEmptyResult() throws Exception {
        Execution run = bench.run(
                machine(
                        "M",
                        "'M':{'Type':'Map','Items':[],'ItemProcessor':{'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}},'End':true}"),
                "{}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("[]"));
    }

    @Test
    void parallelBranchesGiveTheirResultsInOrderAndKeepTheirVariables() throws Exception {
        Execution run = bench.run(
                machine(
                        "S",
                        "'S':{'Type':'Pass','Assign':{'v':1},'Next':'P'},'P':{'Type':'Parallel','Branches':["
                                + "{'StartAt':'X','States':{'X':{'Type':'Pass','Assign':{'w':'{% $v + 1 %}'},'Next':'Y'},'Y':{'Type':'Pass','Output':'{% $w %}','End':true}}},"
                                + "{'StartAt':'X','States':{'X':{'Type':'Pass','Output':'{% $exists($w) %}','End':true}}}],'End':true}"),
                "{}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("[2,false]"));
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
        return machine(
                "A",
                "'A':{'Type':'Task','Resource':'test:call.waitForTaskToken','Arguments':{'FunctionName':'A','Payload':'{%% $states.context.Task.Token %%}'}%s,'End':true}"
                        .formatted(more));
    }

    private static final String JOB =
            machine("J", "'J':{'Type':'Task','Resource':'test:job.sync','TimeoutSeconds':60,'End':true}");

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
    void aResultAboveTheLimitEndsTheExecutionAndNothingCatchesIt() throws Exception {
        bench.answers("A", in -> Json.mapper().valueToTree("x".repeat(Visit.PAYLOAD_BYTES)));
        Execution run = bench.run(
                machine(
                        "A",
                        task("A", ",'Catch':[{'ErrorEquals':['States.ALL'],'Next':'E'}],'Next':'E'")
                                + ",'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.error(run)).isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void anEndlessLoopEndsAtTheHistoryLimit() throws Exception {
        Execution run = bench.run(machine("P", "'P':{'Type':'Pass','Next':'P'}"), "{}");
        assertThat(run.status()).isEqualTo(Execution.Status.FAILED);
        assertThat(bench.eventTypes(run)).hasSizeLessThanOrEqualTo(History.LIMIT);
    }

    @Test
    void whatTheInterpreterDoesNotRunIsRefusedByName() {
        assertThatThrownBy(() -> bench.start(machine("P", "'P':{'Type':'Pass','ResultPath':'$','End':true}"), "{}"))
                .isInstanceOf(InvalidDocument.class)
                .hasMessageContaining("ResultPath");
        assertThatThrownBy(() -> bench.start(machine("P", "'P':{'Type':'Pass','Next':'Q'}"), "{}"))
                .hasMessageContaining("no state is named \"Q\"");
        assertThatThrownBy(() -> bench.start(machine("P", "'P':{'Type':'Pass'}"), "{}"))
                .hasMessageContaining("Next or \"End\"");
    }

    @Test
    void theSameNameAndInputWhileRunningIsTheSameExecutionAndElseRefused() throws Exception {
        bench.isSilent("A");
        Execution run = bench.start(machine("A", task("A", ",'End':true")), "{'n':1}");
        assertThat(bench.states.start(Workbench.ARN, "run", "{\"n\":1}")).isSameAs(run);
        assertThatThrownBy(() -> bench.states.start(Workbench.ARN, "run", "{\"n\":2}"))
                .isInstanceOfSatisfying(
                        StatesException.class, e -> assertThat(e.code()).isEqualTo("ExecutionAlreadyExists"));
        assertThatThrownBy(() -> bench.states.start(Workbench.ARN, "a b", "{}"))
                .isInstanceOfSatisfying(
                        StatesException.class, e -> assertThat(e.code()).isEqualTo("InvalidName"));
    }

    @Test
    void aServiceOpenedAgainGoesOnWhereTheOldOneWas() throws Exception {
        bench.answers("A", in -> in).isSilent("B");
        String retry = ",'Retry':[{'ErrorEquals':['Lambda.ServiceException']}]";
        Execution before =
                bench.start(machine("A", task("A", ",'Next':'B'") + "," + task("B", retry + ",'End':true")), "{'n':1}");
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
        Execution before = bench.start(machine("A", task("A", ",'End':true")), "{}");
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
