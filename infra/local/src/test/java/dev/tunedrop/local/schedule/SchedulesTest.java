package dev.tunedrop.local.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.ManagedCloud;
import dev.tunedrop.local.Names;
import dev.tunedrop.local.ScriptedSteps;
import dev.tunedrop.local.Workflow;
import dev.tunedrop.local.batch.Job;
import dev.tunedrop.local.batch.JobRequest;
import dev.tunedrop.local.states.Execution;

/// What runs by the clock, in a whole cloud with the shipped workflow.
class SchedulesTest {

    @TempDir
    Path home;

    @SuppressWarnings("NullAway.Init")
    private LocalCloud cloud;

    @BeforeEach
    void impatient() {
        System.setProperty("TUNEDROP_STUCK_MINUTES", "0");
    }

    private void start(Workflow workflow) throws Exception {
        cloud = LocalCloud.start(ScriptedSteps.options(
                home,
                workflow,
                Set.of("Intake", "ReconcileDrops", "WatchJobs", "WatchRetirements"),
                HeldJob.class.getName()));
    }

    /// No event reaches a queue.
    private static Workflow deaf() {
        Workflow shipped = Workflow.shipped();
        ObjectNode rules = shipped.rules().deepCopy();
        ((ObjectNode) rules.path("Drops").path("pattern")).putArray("source").add("nobody");
        return new Workflow(shipped.machine(), shipped.functions(), shipped.queues(), rules, shipped.tables());
    }

    @AfterEach
    void stop() {
        cloud.close();
        System.clearProperty("TUNEDROP_STUCK_MINUTES");
    }

    private Execution execution() throws InterruptedException {
        while (cloud.states().executions(Names.STATE_MACHINE).isEmpty()) Thread.sleep(20);
        return cloud.states().executions(Names.STATE_MACHINE).getFirst();
    }

    private Job job(String queue) throws InterruptedException {
        while (true) {
            for (Job job : cloud.batch().jobs())
                if (job.request().queue().equals(queue) && !job.request().name().equals("holder")) return job;
            Thread.sleep(20);
        }
    }

    /// Takes this machine's one place until the file is there.
    private void hold(Path until) throws InterruptedException {
        Job holder = cloud.batch()
                .submit(new JobRequest(
                        "holder",
                        Names.ON_DEMAND_QUEUE,
                        Names.JOB_DEFINITION,
                        null,
                        java.util.Map.of("HOLD", until.toString()),
                        java.util.Map.of(),
                        1,
                        List.of(),
                        null));
        while (cloud.batch().find(holder.id()).orElseThrow().status() != Job.Status.RUNNING) Thread.sleep(20);
    }

    private static void awaitEnd(Execution execution) throws InterruptedException {
        while (execution.status() == Execution.Status.RUNNING) Thread.sleep(20);
    }

    @Test
    void aJobThatNoSpotMachineComesForGoesToTheOnDemandQueueWithItsReasonAndItsRunEndsPublished() throws Exception {
        start(Workflow.shipped());
        Path go = home.resolve("go");
        hold(go);
        ManagedCloud.put(cloud, "triage/a.jsonl", "{}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Job stuck = job(Names.JOB_QUEUE);
        JsonNode answer = cloud.schedules().now("WatchJobs");
        assertThat(answer.path("runs")).hasSize(1);
        Job moved = job(Names.ON_DEMAND_QUEUE);
        assertThat(moved.request().name()).isEqualTo(stuck.request().name());
        assertThat(cloud.batch().find(stuck.id()).orElseThrow())
                .satisfies(job -> assertThat(job.status()).isEqualTo(Job.Status.FAILED))
                .satisfies(job -> assertThat(job.statusReason())
                        .startsWith("tunedrop: no spot machine")
                        .contains("on-demand queue"));
        Files.createFile(go);
        awaitEnd(execution());
        assertThat(execution().status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(cloud.batch().jobs()).hasSize(3);
    }

    @Test
    void aJobThatIsTakenBackForAnotherReasonEndsItsRunFailed() throws Exception {
        start(Workflow.shipped());
        hold(home.resolve("never"));
        ManagedCloud.put(cloud, "triage/a.jsonl", "{}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        cloud.batch().cancel(job(Names.JOB_QUEUE).id(), "somebody changed their mind");
        awaitEnd(execution());
        assertThat(execution().status()).isEqualTo(Execution.Status.FAILED);
        assertThat(String.valueOf(execution().end())).contains("somebody changed their mind");
    }

    @Test
    void aDropWhoseEventWasLostIsStartedByTheNextPassAndOnlyOnce() throws Exception {
        start(deaf());
        ManagedCloud.put(cloud, "triage/lost.jsonl", "{}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(cloud.schedules().now("ReconcileDrops").path("started").asInt())
                .as("left to its event at first")
                .isZero();
        Path lost = home.resolve("cloud/s3").resolve(Names.DROPS).resolve("triage/lost.jsonl");
        Files.setLastModifiedTime(lost, FileTime.from(Instant.now().minus(Duration.ofMinutes(10))));
        assertThat(cloud.schedules().now("WatchRetirements").path("endpoints")).isEmpty();
        JsonNode pass = cloud.schedules().now("ReconcileDrops");
        assertThat(pass.path("started").asInt()).isOne();
        awaitEnd(execution());
        assertThat(execution().name()).startsWith("triage-lost-");
        assertThat(cloud.schedules().now("ReconcileDrops").path("started").asInt())
                .isZero();
        assertThat(cloud.states().executions(Names.STATE_MACHINE)).hasSize(1);
    }
}
