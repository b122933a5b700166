package dev.tunedrop.aws.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

class RunbookTest {

    private static final Path PAGE = Path.of(System.getProperty("tunedrop.root", "../.."), "infra/aws/RUNBOOK.md");

    @Test
    void theRunbookSaysWhatTheAlarmsAndTheWorkflowSay() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("write it anew with ./tunedrop runbook")
                .isEqualTo(Runbook.text());
    }

    @Test
    void everyAlarmHasACommandAndEveryFailingStateAReason() {
        assertThat(AlarmRow.all())
                .hasSizeGreaterThan(8)
                .allSatisfy(alarm -> assertThat(alarm.command()).isNotBlank());
        assertThat(Runbook.reasons()).hasSizeGreaterThan(8).containsKey("train-on-batch-failed");
    }
}
