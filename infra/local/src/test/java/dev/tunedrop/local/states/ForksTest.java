package dev.tunedrop.local.states;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.node.IntNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Map and Parallel. In these texts ' stands for " and ` for '.
class ForksTest {
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
    void aMapKeepsTheOrderOfItsItemsWhicheverEndsFirst() throws Exception {
        CompletableFuture<com.fasterxml.jackson.databind.JsonNode> first = new CompletableFuture<>();
        bench.functions.put("A", in -> {
            if (in.path("v").asInt() == 10) return first;
            if (in.path("v").asInt() == 30) first.complete(IntNode.valueOf(1));
            return CompletableFuture.completedFuture(in.path("i"));
        });
        Execution run = bench.run(
                Workbench.machine(
                        "M",
                        "'M':{'Type':'Map','Items':'{% $states.input.list %}','ItemSelector':{'i':'{% $states.context.Map.Item.Index %}','v':'{% $states.context.Map.Item.Value %}'},'ItemProcessor':{'StartAt':'A','States':{"
                                + Workbench.task("A", ",'End':true") + "}},'End':true}"),
                "{'list':[10,20,30]}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("[1,1,2]"));
        assertThat(bench.eventTypes(run))
                .contains("MapStateStarted", "MapIterationStarted", "MapIterationSucceeded", "MapStateSucceeded");
    }

    @Test
    void aListOfOneStaysAList() throws Exception {
        bench.answers("A", in -> Workbench.tree("{'Payload':{'chunks':[{'i':0}]}}"));
        Execution run = bench.run(
                Workbench.machine(
                        "A",
                        Workbench.task("A", ",'Assign':{'chunks':'{% $states.result.Payload.chunks %}'},'Next':'M'")
                                + ",'M':{'Type':'Map','Items':'{% $chunks %}','ItemProcessor':{'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}},'Output':{'n':'{% $count($states.result) %}'},'End':true}"),
                "{}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("{'n':1}"));
    }

    @Test
    void aMapRunsNoMoreAtOnceThanItMay() throws Exception {
        bench.isSilent("A");
        Execution run = bench.start(
                Workbench.machine(
                        "M",
                        "'M':{'Type':'Map','MaxConcurrency':2,'Items':[1,2,3,4],'ItemProcessor':{'StartAt':'A','States':{"
                                + Workbench.task("A", ",'TimeoutSeconds':5,'End':true") + "}},'End':true}"),
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
                Workbench.machine(
                        "M",
                        "'M':{'Type':'Map','Items':[1,2,3],'ItemProcessor':{'StartAt':'A','States':{"
                                + Workbench.task("A", ",'End':true")
                                + "}},'Catch':[{'ErrorEquals':['bad.Item'],'Output':'{% $states.errorOutput.Error %}','Next':'E'}],'Next':'E'},'E':{'Type':'Succeed'}"),
                "{}");
        assertThat(Workbench.output(run).asText()).isEqualTo("bad.Item");
    }

    @Test
    void anEmptyMapHasAnEmptyResult() throws Exception {
        Execution run = bench.run(
                Workbench.machine(
                        "M",
                        "'M':{'Type':'Map','Items':[],'ItemProcessor':{'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}},'End':true}"),
                "{}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("[]"));
    }

    @Test
    void parallelBranchesGiveTheirResultsInOrderAndKeepTheirVariables() throws Exception {
        Execution run = bench.run(
                Workbench.machine(
                        "S",
                        "'S':{'Type':'Pass','Assign':{'v':1},'Next':'P'},'P':{'Type':'Parallel','Branches':["
                                + "{'StartAt':'X','States':{'X':{'Type':'Pass','Assign':{'w':'{% $v + 1 %}'},'Next':'Y'},'Y':{'Type':'Pass','Output':'{% $w %}','End':true}}},"
                                + "{'StartAt':'X','States':{'X':{'Type':'Pass','Output':'{% $exists($w) %}','End':true}}}],'End':true}"),
                "{}");
        assertThat(Workbench.output(run)).isEqualTo(Workbench.tree("[2,false]"));
    }
}
