package dev.tunedrop.trainer.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.trainer.job.ObjectFolder;
import dev.tunedrop.trainer.kill.Program.Lesson;

/// A disk that takes half of a write and then no more.
class FullDiskTest {

    private static final int MISTAKE = 2;
    private static final int FAILED = 1;
    private static final Lesson LESSON = new Lesson(1, 6, 2);
    /// More than one checkpoint's writes and fewer than two's.
    private static final int IN_THE_SECOND_CHECKPOINT = 300;

    @TempDir
    Path folder;

    @Test
    void theCheckpointBeforeSurvivesAndTheMessageNamesTheFileAndTheRemedy() throws Exception {
        CommandProgram command = CommandProgram.in(folder);
        try (Child full = command.start("run", LESSON, noSpace(KillPoint.MID_TENSOR, IN_THE_SECOND_CHECKPOINT))) {
            assertThat(full.exitCode()).isEqualTo(MISTAKE);
            assertThat(full.printed())
                    .contains("the checkpoint of step 4 could not be written to "
                            + folder.resolve("run/training/checkpoints"))
                    .contains("No space left on device; make room");
        }
        Path checkpoints = folder.resolve("run/training/checkpoints");
        assertThat(checkpoints.resolve("step-00000002/checkpoint.json")).exists();
        assertThat(checkpoints.resolve("step-00000004").toFile().list()).isEmpty();
        try (Child full = command.start("run", LESSON, noSpace(KillPoint.EXPORTING, 5))) {
            assertThat(full.exitCode()).isEqualTo(MISTAKE);
            assertThat(full.printed())
                    .contains("going on after step 2")
                    .contains("cannot write " + folder.resolve("run") + ": No space left on device; make room");
        }
        assertThat(folder.resolve("run/adapter_model.safetensors")).doesNotExist();
        try (Child again = command.start("run", LESSON, List.of())) {
            assertThat(again.exitCode()).isZero();
            assertThat(again.printed()).contains("going on after step 6");
        }
    }

    @Test
    void aJobLeavesAFailureWithARemedyAndItsCheckpoints() throws Exception {
        try (JobProgram job = new JobProgram(folder);
                Child full = job.start("run", LESSON, noSpace(KillPoint.MID_TENSOR, IN_THE_SECOND_CHECKPOINT))) {
            assertThat(full.exitCode()).as(full.printed()).isEqualTo(FAILED);
            RunFiles files = new RunFiles("run");
            Failure failure =
                    Json.read(job.artefacts().read(files.failure()).orElseThrow(), Failure.class, files.failure());
            assertThat(failure.reason()).isEqualTo("storage");
            assertThat(failure.message()).contains("checkpoint of step 4").contains("No space left on device");
            assertThat(failure.remedy()).contains("Make room on the job's disk");
            assertThat(job.artefacts().list(files.checkpoints()).stream().map(ObjectFolder.Entry::key))
                    .hasSize(2)
                    .allMatch(key -> key.contains("step-00000002"));
        }
    }

    @Test
    void aFolderThatCanOnlyBeReadIsNamedWithARemedy() throws Exception {
        CommandProgram command = CommandProgram.in(folder);
        Path out = Files.createDirectories(folder.resolve("run"));
        List<String> readOnly = List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind %1$s %1$s && mount -o remount,ro,bind %1$s && exec \"$@\"".formatted(out),
                "sh");
        assumeTrue(mayMount(readOnly), "this user may mount nothing");
        try (Child refused = command.start("run", LESSON, readOnly, List.of())) {
            assertThat(refused.exitCode()).isEqualTo(MISTAKE);
            assertThat(refused.printed())
                    .contains("The directory " + out.resolve("training") + " cannot be made")
                    .contains("Choose another --out.");
        }
    }

    private static boolean mayMount(List<String> wrapper) throws Exception {
        try {
            List<String> command = new ArrayList<>(wrapper);
            command.add("true");
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private List<String> noSpace(KillPoint point, int occurrence) throws Exception {
        return List.of("-javaagent:%s=%s,NO_SPACE,%d".formatted(KillAgent.jar(folder), point, occurrence));
    }
}
