package dev.tunedrop.trainer.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.trainer.kill.Kill.Fault;
import dev.tunedrop.trainer.kill.KillMatrix.Case;
import dev.tunedrop.trainer.kill.KillMatrix.Row;
import dev.tunedrop.trainer.kill.Program.Lesson;

/// A few points in every build; all of them, and a kill after each of 60 steps, by `batch-trainer/kill-matrix.sh`,
/// which sets `tunedrop.killMatrix` to the file of the table.
@Timeout(value = 3, unit = TimeUnit.HOURS)
class KillMatrixTest {

    private static final String FULL = "tunedrop.killMatrix";
    private static final int SEEDS = 3;
    private static final int STEPS = 60;

    @TempDir
    Path folder;

    private KillMatrix matrix;

    @BeforeEach
    void open() throws IOException {
        matrix = new KillMatrix(folder);
    }

    @AfterEach
    void close() throws IOException {
        matrix.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyPointIsAPlaceInTheProgram(KillPoint point) throws IOException {
        String resource = "/" + point.place.className().replace('.', '/') + ".class";
        try (InputStream in = Objects.requireNonNull(KillMatrixTest.class.getResourceAsStream(resource), resource)) {
            assertThat(Weaver.weave(in.readAllBytes(), point.place).calls()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "MID_TENSOR",
                "BEFORE_MANIFEST",
                "KEEPING_BEST",
                "UPLOADED_WITHOUT_MANIFEST",
                "RESULTS_HALF_PUBLISHED"
            })
    @DisabledIfSystemProperty(named = FULL, matches = ".+")
    void aRunKilledInTheMidstOfSavingHandsOverTheSame(KillPoint point) throws Exception {
        check(new Case(point, Fault.SIGKILL, point.occurrence(1), lesson(1)));
    }

    @ParameterizedTest
    @EnumSource(names = {"IN_OPTIMISER", "UPLOADING"})
    @DisabledIfSystemProperty(named = FULL, matches = ".+")
    void aRunToldToStopHandsOverTheSame(KillPoint point) throws Exception {
        check(new Case(point, Fault.SIGTERM, point.occurrence(1), lesson(1)));
    }

    private void check(Case wanted) throws Exception {
        Row row = matrix.run(wanted);
        assertThat(row.wrong()).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = FULL, matches = ".+")
    void everyPointSignalAndSeedAndEveryStepHandOverTheSame() throws Exception {
        List<Case> cases = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            for (KillPoint point : KillPoint.values())
                for (Fault signal : List.of(Fault.SIGKILL, Fault.SIGTERM))
                    cases.add(new Case(point, signal, point.occurrence(seed), lesson(seed)));
            if (seed == 1)
                for (int step = 1; step <= STEPS; step++)
                    cases.add(new Case(KillPoint.STEP_REPORTED, Fault.SIGKILL, step, new Lesson(1, STEPS, 7)));
        }
        Path table = Path.of(System.getProperty(FULL));
        Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<Row> rows = new ArrayList<>();
        for (Case wanted : cases) {
            Row row = matrix.run(wanted);
            rows.add(row);
            Files.writeString(table, table(started, rows, cases.size()));
        }
        assertThat(rows).allSatisfy(row -> assertThat(row.wrong()).isEmpty());
    }

    private static Lesson lesson(long seed) {
        return new Lesson(seed, 6, 2);
    }

    private static String table(Instant started, List<Row> rows, int cases) {
        StringBuilder text = new StringBuilder();
        text.append("Kill matrix, begun %s, %d of %d cases in %d s: %d as they must be, %d wrong%n"
                .formatted(
                        started,
                        rows.size(),
                        cases,
                        Duration.between(started, Instant.now()).toSeconds(),
                        rows.stream().filter(row -> row.wrong().isEmpty()).count(),
                        rows.stream().filter(row -> row.wrong().isPresent()).count()));
        text.append("Java %s, %s, %d processors, LibTorch %s; by batch-trainer/kill-matrix.sh%n%n"
                .formatted(
                        Runtime.version(),
                        System.getProperty("os.name") + " " + System.getProperty("os.version"),
                        Runtime.getRuntime().availableProcessors(),
                        LibTorch.version()));
        text.append(
                "Each case: killed at the n-th time that the point is passed (steps: after that step of 60), ended\n");
        text.append(
                "with that exit code, started again, went on after that step. \"same\": the adapter's sha256 and the\n");
        text.append("loss of every step are those of the run left alone.\n\n");
        int width = Stream.of(KillPoint.values())
                .mapToInt(point -> point.name().length())
                .max()
                .orElseThrow();
        for (KillPoint point : KillPoint.values())
            text.append(String.format(Locale.ROOT, "%-" + width + "s  %s, %s%n", point, program(point), point.where));
        text.append('\n');
        text.append(line(width, "point", "signal", "seed", "n", "steps", "exit", "went on", "adapter"));
        for (Row row : rows)
            text.append(line(
                    width,
                    row.killed().point().name(),
                    row.killed().signal().name(),
                    row.killed().lesson().seed(),
                    row.killed().occurrence(),
                    row.killed().lesson().steps(),
                    row.exitCode(),
                    row.wentOnAfter(),
                    row.wrong()
                            .map(wrong -> wrong.lines().findFirst().orElse("wrong"))
                            .orElse("same")));
        return text.toString();
    }

    private static String program(KillPoint point) {
        return switch (point.host) {
            case COMMAND -> "train";
            case JOB -> "job";
        };
    }

    private static String line(int width, Object... cells) {
        return String.format(Locale.ROOT, "%-" + width + "s  %-7s  %4s  %4s  %5s  %4s  %7s  %s%n", cells);
    }
}
