package dev.tunedrop.local.batch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Child JVMs: the java that runs this, the class path that this has. A child ends when its parent does
/// ([ChildMain] watches), and carries a mark by which a parent that never wrote its number down still finds it.
public final class Children {

    private static final Logger LOG = LoggerFactory.getLogger(Children.class);
    private static final String MARK = "-Dtunedrop.child=";

    private Children() {}

    /// Starts a child.
    ///
    /// @param mark names the piece of work
    /// @param log takes both streams, appended
    public static Process start(
            String mark,
            List<String> jvmOptions,
            String mainClass,
            List<String> arguments,
            Map<String, String> environment,
            Path folder,
            Path log)
            throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add(MARK + mark);
        command.add("-Dtunedrop.parent=" + ProcessHandle.current().pid());
        command.add(ChildMain.class.getName());
        command.add(mainClass);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        // Not an argument: a system tells a long command line only in part, and the mark must be seen.
        builder.environment().put("CLASSPATH", absolute(System.getProperty("java.class.path")));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return builder.start();
    }

    /// When a process started; the system's answer, so that it can be compared later.
    public static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    /// A process that still runs and is the one that was recorded.
    public static Optional<ProcessHandle> find(long pid, Instant started) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> startOf(process).equals(started));
    }

    /// Children of an earlier parent that carry a mark.
    public static List<ProcessHandle> marked(String mark) {
        String wanted = MARK + mark;
        return ProcessHandle.allProcesses()
                .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                        .contains(wanted))
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .toList();
    }

    /// Asks a process to end (SIGTERM), and after `grace` makes it (SIGKILL); returns when it has.
    public static void stop(ProcessHandle process, Duration grace) throws InterruptedException {
        process.destroy();
        try {
            process.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("process {} did not end within {} s and is killed", process.pid(), grace.toSeconds());
            process.destroyForcibly();
            process.onExit().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot wait for process " + process.pid(), e);
        }
    }

    /// Every entry of a class path by its full name, since a child starts in another folder.
    private static String absolute(String classPath) {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1))
            if (!entry.isEmpty()) entries.add(Path.of(entry).toAbsolutePath().toString());
        return String.join(File.pathSeparator, entries);
    }
}
