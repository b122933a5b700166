package dev.tunedrop.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;

class MistakesTest {

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void aMistakeIsOneLineAndExitCodeTwo() {
        assertThat(run(new UserMistake("my.jsonl does not exist. Check the path.")))
                .isEqualTo(2);
        assertThat(err).hasToString("tunedrop: my.jsonl does not exist. Check the path." + System.lineSeparator());
    }

    @Test
    void aRefusedDocumentAndAMissingFileAreMistakesToo() {
        assertThat(run(new InvalidDocument("tune.json: unknown setting \"epoch\"; did you mean \"epochs\"?")))
                .isEqualTo(2);
        assertThat(run(new UncheckedIOException("cannot read", new NoSuchFileException("/x/model.safetensors"))))
                .isEqualTo(2);
        assertThat(err.toString()).contains("/x/model.safetensors does not exist");
    }

    @Test
    void aMessageOfSeveralLinesBecomesOne() {
        run(new IOException("first\n  second"));
        run(new UserMistake("third. Fourth"));
        assertThat(err.toString().lines()).containsExactly("tunedrop: first second.", "tunedrop: third. Fourth.");
    }

    @Test
    void aCloudThatWentAwayIsSaidWithHowToGoOn() {
        assertThat(run(new IllegalStateException("unable to send", new ConnectException("refused"))))
                .isEqualTo(2);
        assertThat(err.toString()).contains("./tunedrop up").doesNotContain("refused");
    }

    @Test
    void aFullDiskIsSaidToBeFull() {
        assertThat(run(new IOException("No space left on device"))).isEqualTo(2);
        assertThat(run(new FileSystemException("/x/page.html", null, "No space left on device")))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "tunedrop: the disk is full (No space left on device). Make room, then run the command again.",
                        "tunedrop: the disk is full (/x/page.html: No space left on device). Make room, then run the"
                                + " command again.");
    }

    @Test
    void aPortThatNoMachineHasIsAMistake() {
        IllegalArgumentException refused =
                catchThrowableOfType(IllegalArgumentException.class, () -> new InetSocketAddress(99999));
        assertThat(run(refused)).isEqualTo(2);
        assertThat(err.toString()).contains("the port must be 0 to 65535, was 99999.");
    }

    @Test
    void aFaultOfOursIsOneLineThatNamesTheFileWithTheTrace() throws IOException {
        assertThat(run(new IllegalStateException("the index is -1"))).isEqualTo(70);
        Path log = folder.resolve("logs/faults.log");
        assertThat(err.toString().strip().lines()).hasSize(1);
        assertThat(err.toString()).contains("the index is -1", log.toString());
        assertThat(Files.readString(log)).contains("IllegalStateException", "MistakesTest");
    }

    @Test
    void anUnknownOptionIsAMistakeWithTheCommandThatHelps() {
        CommandLine line = line(new Thrower(new IllegalStateException()));
        assertThat(line.execute("--nonsense")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("--nonsense", "thrower --help");
    }

    @Test
    void anUnknownCommandIsNamedAndOnlyANameLikeItIsSuggested() {
        CommandLine line = Tunedrop.commandLine(new NoCloud(), new Home(folder, folder));
        line.setErr(new PrintWriter(err));
        assertThat(line.execute("chekc", "my.jsonl")).isEqualTo(2);
        assertThat(line.execute("bogus")).isEqualTo(2);
        assertThat(line.execute("runs", "all")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "tunedrop: there is no command \"chekc\". Did you mean check?",
                        "tunedrop: there is no command \"bogus\". See: tunedrop --help",
                        "tunedrop: \"all\" is one argument too many. See: tunedrop runs --help");
    }

    @Test
    void everyCommandHasHelpThatNamesItself() {
        CommandLine line = Tunedrop.commandLine(new NoCloud(), new Home(folder, folder));
        assertThat(line.getSubcommands()).hasSizeGreaterThan(3);
        line.getSubcommands().forEach((name, command) -> {
            StringWriter out = new StringWriter();
            line.setOut(new PrintWriter(out));
            assertThat(line.execute(name, "--help")).as(name).isZero();
            assertThat(out.toString()).as(name).contains("Usage: tunedrop " + name);
            assertThat(List.of(command.getCommandSpec().usageMessage().description()))
                    .as(name)
                    .isNotEmpty();
        });
    }

    private int run(Exception thrown) {
        return line(new Thrower(thrown)).execute();
    }

    private CommandLine line(Thrower thrower) {
        Mistakes mistakes = new Mistakes(new Home(folder, folder));
        return new CommandLine(thrower)
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler(mistakes)
                .setParameterExceptionHandler(mistakes);
    }

    /// Help needs no cloud.
    private static final class NoCloud implements Clouds {
        @Override
        public Optional<RunningCloud> find() {
            throw new AssertionError("nobody asked for a cloud");
        }

        @Override
        public RunningCloud start(int consolePort, boolean fidelity) {
            throw new AssertionError("nobody asked for a cloud");
        }
    }

    @Command(name = "thrower")
    private static final class Thrower implements Callable<Integer> {
        private final Exception thrown;

        Thrower(Exception thrown) {
            this.thrown = thrown;
        }

        @Override
        public Integer call() throws Exception {
            throw thrown;
        }
    }
}
