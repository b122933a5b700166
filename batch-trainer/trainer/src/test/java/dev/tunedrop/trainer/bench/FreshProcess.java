package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A process in which nothing ran before, for figures that are read off a whole process: every array from 64 KiB on is
/// taken from the system by itself and given back, and the Java heap has all of its pages from the start.
final class FreshProcess {

    private FreshProcess() {}

    /// What a main class prints.
    static List<String> lines(Class<?> main, Path folder) throws IOException, InterruptedException {
        Path printed = folder.resolve("printed.txt");
        ProcessBuilder child = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-XX:+UseSerialGC",
                        "-Xms192m",
                        "-Xmx192m",
                        "-XX:+AlwaysPreTouch",
                        "-Dtunedrop.root=" + System.getProperty("tunedrop.root", "."),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        main.getName()))
                .redirectOutput(printed.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        child.environment().put("MALLOC_MMAP_THRESHOLD_", Integer.toString(1 << 16));
        child.environment().put("MALLOC_TRIM_THRESHOLD_", Integer.toString(1 << 16));
        assertThat(child.start().waitFor()).as(main.getName()).isZero();
        return Files.readAllLines(printed, StandardCharsets.UTF_8);
    }
}
