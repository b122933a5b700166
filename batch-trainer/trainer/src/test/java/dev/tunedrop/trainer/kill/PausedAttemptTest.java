package dev.tunedrop.trainer.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.trainer.job.ObjectFolder;
import dev.tunedrop.trainer.kill.Program.Lesson;

/// Two attempts of one run: the first is stopped by SIGSTOP, as on a machine that hangs, and wakes when the second is
/// done.
class PausedAttemptTest {

    private static final int SUPERSEDED = 3;
    private static final Lesson LESSON = new Lesson(1, 6, 2);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"UPLOADED_WITHOUT_MANIFEST", "RESULTS_HALF_PUBLISHED"})
    void aPausedAttemptThatWakesLeavesItsSuccessorsRunAsItIs(KillPoint point) throws Exception {
        Path agent = KillAgent.jar(folder);
        try (JobProgram job = new JobProgram(folder);
                Child old = job.start("run", LESSON, List.of("-javaagent:%s=%s,SIGSTOP,1".formatted(agent, point)))) {
            old.awaitPrinted("kill point reached");
            try (Child successor = job.start("run", LESSON, List.of())) {
                assertThat(successor.exitCode()).as(successor.printed()).isZero();
            }
            Map<String, String> before = objects(job.artefacts());
            String sum = job.sum("run");

            assertThat(new ProcessBuilder(
                                    "kill", "-CONT", Long.toString(old.process().pid()))
                            .start()
                            .waitFor(10, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(old.exitCode()).as(old.printed()).isEqualTo(SUPERSEDED);

            assertThat(old.printed()).contains("has been taken over by attempt 2");
            assertThat(job.artefacts().read(new RunFiles("run").failure())).isEmpty();
            assertThat(job.sum("run")).isEqualTo(sum);
            assertThat(objects(job.artefacts())).isEqualTo(before);
        }
    }

    private static Map<String, String> objects(ObjectFolder bucket) throws IOException {
        Map<String, String> versions = new TreeMap<>();
        for (ObjectFolder.Entry entry : bucket.list("runs/run/")) versions.put(entry.key(), entry.version());
        return versions;
    }
}
