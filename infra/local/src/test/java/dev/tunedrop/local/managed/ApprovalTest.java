package dev.tunedrop.local.managed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.ManagedCloud;

/// A run above the threshold waits for a person, on the local cloud with the shipped workflow; this machine costs five
/// dollars there.
class ApprovalTest {

    private static final Path ROOT = Path.of(System.getProperty("tunedrop.root"));

    @TempDir
    Path home;

    @Test
    void aRunAboveTheThresholdWaitsIsApprovedAndTrainsAndARefusedOneSpendsNothing() throws Exception {
        try (LocalCloud local =
                LocalCloud.start(ManagedCloud.options(home, ROOT.resolve("models"), DearMachine.class.getName()))) {
            Cloud cloud = Wiring.cloud();
            String dear = "{\"approvalAboveUsd\":1,\"epochs\":1}";

            drop(local, "refused", dear);
            RunRecord waiting = waiting(cloud, "refused");
            assertThat(local.batch().jobs()).as("nothing runs while it waits").isEmpty();
            assertThat(cloud.budget().reserved(waiting.runId())).isZero();
            assertThat(cloud.executions().refuse(token(waiting), "Too dear. Change the settings."))
                    .isTrue();
            RunRecord refused = until(cloud, "refused", true);
            assertThat(refused.state()).isEqualTo(RunState.REJECTED);
            assertThat(refused.reason()).startsWith("not-approved: Too dear.");
            assertThat(cloud.executions().answer(token(waiting), "{}"))
                    .as("an answer after the end")
                    .isFalse();

            drop(local, "approved", dear);
            RunRecord second = waiting(cloud, "approved");
            assertThat(cloud.executions().answer(token(second), "{\"approved\":true}"))
                    .isTrue();
            while (local.batch().jobs().isEmpty()) Thread.sleep(50);
            assertThat(run(cloud, "approved").state()).isNotEqualTo(RunState.AWAITING_APPROVAL);
        }
    }

    private static String token(RunRecord run) {
        return Objects.requireNonNull(run.taskToken(), "a waiting run has a token");
    }

    private static void drop(LocalCloud cloud, String dataset, String settings) throws IOException {
        ManagedCloud.put(cloud, dataset + "/tune.json", settings.getBytes(StandardCharsets.UTF_8));
        ManagedCloud.put(
                cloud, dataset + "/tickets.jsonl", Files.readAllBytes(ROOT.resolve("samples/support-triage.jsonl")));
    }

    private static RunRecord waiting(Cloud cloud, String dataset) throws InterruptedException {
        RunRecord run = until(cloud, dataset, false);
        assertThat(run.state()).as(run.reason()).isEqualTo(RunState.AWAITING_APPROVAL);
        return run;
    }

    /// Until it has ended, or else until it waits or has ended.
    private static RunRecord until(Cloud cloud, String dataset, boolean end) throws InterruptedException {
        RunRecord run = run(cloud, dataset);
        while (!run.state().terminal() && (end || run.state() != RunState.AWAITING_APPROVAL)) {
            Thread.sleep(50);
            run = run(cloud, dataset);
        }
        return run;
    }

    private static RunRecord run(Cloud cloud, String dataset) throws InterruptedException {
        while (true) {
            for (RunRecord run : cloud.ledger().newest(20)) if (run.dataset().equals(dataset)) return run;
            Thread.sleep(50);
        }
    }
}
