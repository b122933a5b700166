package dev.tunedrop.trainer.kill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.tunedrop.trainer.kill.KillPoint.Host;
import dev.tunedrop.trainer.kill.Program.Lesson;

/// Kills a run once, starts it again until it is done, and compares what it handed over with the same run left alone:
/// the adapter's sha256, and the loss of every step.
final class KillMatrix implements AutoCloseable {

    private static final int SIGKILLED = 137;
    private static final int SIGTERMED = 143;
    private static final int TRY_AGAIN = 75;
    private static final Pattern WENT_ON = Pattern.compile("going on after step (\\d+)");

    private final Map<Host, Program> programs = new EnumMap<>(Host.class);
    private final Map<String, Expected> references = new HashMap<>();
    private final Path agent;

    KillMatrix(Path folder) throws IOException {
        agent = KillAgent.jar(folder);
        programs.put(Host.COMMAND, CommandProgram.in(folder));
        programs.put(Host.JOB, new JobProgram(folder));
    }

    /// @param occurrence of the point, counted from 1
    record Case(KillPoint point, Kill.Fault signal, int occurrence, Lesson lesson) {

        String name() {
            return "%s-%s-%d-%d-%d"
                    .formatted(point, signal, occurrence, lesson.seed(), lesson.steps())
                    .toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// @param exitCode of the process that was killed
    /// @param wentOnAfter the step that the next process began with; 0 when from the start
    /// @param wrong what was not as it must be, if anything
    record Row(Case killed, int exitCode, int wentOnAfter, Optional<String> wrong) {}

    Row run(Case wanted) throws IOException, InterruptedException {
        Program program = programs.get(wanted.point().host);
        if (program == null) throw new IllegalStateException("no program meets " + wanted.point());
        Expected expected = expected(wanted.point().host, program, wanted.lesson());
        String name = wanted.name();
        int exitCode;
        String option = "-javaagent:%s=%s,%s,%d".formatted(agent, wanted.point(), wanted.signal(), wanted.occurrence());
        try (Child killed = program.start(name, wanted.lesson(), List.of(option))) {
            exitCode = killed.exitCode();
            if (!killed.printed().contains("kill point reached"))
                return new Row(wanted, exitCode, 0, Optional.of("the point was not reached: " + killed.printed()));
        }
        if (!exitsSo(wanted.signal(), exitCode))
            return new Row(wanted, exitCode, 0, Optional.of("a signal must not end it with " + exitCode));
        int wentOnAfter = 0;
        if (exitCode != 0)
            try (Child again = program.start(name, wanted.lesson(), List.of())) {
                if (again.exitCode() != 0)
                    return new Row(wanted, exitCode, 0, Optional.of("did not go on: " + again.printed()));
                Matcher said = WENT_ON.matcher(again.printed());
                if (said.find()) wentOnAfter = Integer.parseInt(said.group(1));
            }
        Expected found = new Expected(program.sum(name), losses(program.metrics(name)));
        return new Row(wanted, exitCode, wentOnAfter, expected.differenceFrom(found));
    }

    /// SIGTERM after the last step does not stop a run: it ends with its result.
    private static boolean exitsSo(Kill.Fault signal, int exitCode) {
        return switch (signal) {
            case SIGKILL -> exitCode == SIGKILLED;
            case SIGTERM -> exitCode == TRY_AGAIN || exitCode == SIGTERMED || exitCode == 0;
            case SIGSTOP, NO_SPACE -> false;
        };
    }

    /// @param losses of each step, as they were written
    private record Expected(String sum, List<String> losses) {

        Optional<String> differenceFrom(Expected found) {
            if (!sum.equals(found.sum)) return Optional.of("another adapter: %s, not %s".formatted(found.sum, sum));
            if (!losses.equals(found.losses))
                return Optional.of("other losses: %s, not %s".formatted(found.losses, losses));
            return Optional.empty();
        }
    }

    private Expected expected(Host host, Program program, Lesson lesson) throws IOException, InterruptedException {
        String name =
                "whole-%s-%d-%d".formatted(host, lesson.seed(), lesson.steps()).toLowerCase(java.util.Locale.ROOT);
        Expected known = references.get(name);
        if (known != null) return known;
        try (Child whole = program.start(name, lesson, List.of())) {
            if (whole.exitCode() != 0) throw new IllegalStateException("the run left alone failed: " + whole.printed());
        }
        Expected expected = new Expected(program.sum(name), losses(program.metrics(name)));
        if (expected.losses().size() != lesson.steps())
            throw new IllegalStateException("the run left alone made %d steps, not %d"
                    .formatted(expected.losses().size(), lesson.steps()));
        references.put(name, expected);
        return expected;
    }

    /// Steps and losses, without what depends on time.
    private static List<String> losses(List<String> metrics) {
        return metrics.stream()
                .map(line -> line.substring(0, line.indexOf(",\"learningRate\"")))
                .toList();
    }

    @Override
    public void close() throws IOException {
        for (Program program : programs.values()) program.close();
    }
}
