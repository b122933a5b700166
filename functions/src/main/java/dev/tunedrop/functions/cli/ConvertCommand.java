package dev.tunedrop.functions.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.prepare.FileReport;
import dev.tunedrop.functions.targets.ConvertedFile;
import dev.tunedrop.functions.targets.Target;
import dev.tunedrop.functions.targets.Targets;

/// Writes the file that a target takes, if its verdict allows one.
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Write a dataset as a target takes it, and say what changes.",
        footer = {"", "Exit code: 0 written, 1 refused, 2 the command itself was wrong."})
public final class ConvertCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The dataset.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--target", paramLabel = "NAME", required = true, description = "Who is to take it.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "What the rows must be, instead of what they look like; see check --help.")
    private @Nullable String format;

    @Option(names = "--out", paramLabel = "OUT", required = true, description = "The file to write.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Override
    public Integer call() {
        FileArguments.dataset(file);
        if (Files.exists(out)) throw new UserMistake(out + " is there already. Name another file with --out.");
        FileArguments.output(out, "--out");
        DatasetFormat asked = FormatOption.named(format);
        Targets all = Targets.load();
        Target target = TargetOption.find(all, name);
        try {
            DatasetReport report = FileReport.of(
                            file, asked, null, Integer.MAX_VALUE, SettingsFile.defaults(), all.only(List.of(name)))
                    .report();
            PrintWriter terminal = spec.commandLine().getOut();
            new ReportText(terminal, true).print(report);
            boolean refused = report.targets().getFirst().answer() == TargetVerdict.Answer.REFUSE;
            if (refused) {
                terminal.printf("written   nothing: %s refuses it%n", name);
            } else {
                long rows = ConvertedFile.write(file, asked, target, out);
                terminal.printf(Locale.ROOT, "written   %s: %,d rows, %,d bytes%n", out, rows, Files.size(out));
            }
            terminal.flush();
            return refused ? 1 : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot convert " + file + ": " + e.getMessage(), e);
        }
    }
}
