package dev.tunedrop.trainer.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Java process with this one's class path, whose output goes to a file.
record Child(Process process, Path output) implements AutoCloseable {

    private static final long LIMIT_SECONDS = 180;

    /// @param wrapper a command that starts the rest, such as `sh -c …`; empty for none
    static Child start(
            Path output, List<String> wrapper, List<String> jvm, Map<String, String> environment, List<String> main)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(jvm);
        command.addAll(main);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Child(builder.start(), output);
    }

    int exitCode() throws InterruptedException, IOException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
            throw new IllegalStateException("a child still runs after %d s: %s".formatted(LIMIT_SECONDS, printed()));
        return process.exitValue();
    }

    void awaitPrinted(String words) throws InterruptedException, IOException {
        while (!printed().contains(words)) {
            if (!process.isAlive()) throw new IllegalStateException("the child ended: " + printed());
            Thread.sleep(20);
        }
    }

    String printed() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
