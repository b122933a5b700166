package dev.tunedrop.functions.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.Verdict;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.functions.page.ReportPage;
import dev.tunedrop.functions.prepare.FileReport;
import dev.tunedrop.functions.targets.Targets;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;

/// Holds a file to the rules that a drop of it would meet, and asks every target what it would say.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Check a dataset as a drop of it would, and ask every place that tunes models what it would say.",
        footer = {
            "",
            "Exit code: 0 accepted, 1 refused (by a target named with --target too), 2 the command itself was wrong."
        })
public final class CheckCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "The file: rows in JSON Lines, in one JSON array where its format is used so, or either packed by gzip.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "Ask this target only; may be given again (default: all).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description =
                    "What the rows must be, instead of what they look like: openai-chat, prompt-completion, alpaca,"
                            + " sharegpt, openai-preference, preference, bedrock-conversation, bedrock-preference,"
                            + " vertex-contents, vertex-preference, text, text-label.")
    private @Nullable String format;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "PAGE",
            description = "Write the report as a web page too; with --base it shows the text of a few rows.")
    private @Nullable Path page;

    @Option(
            names = "--base",
            paramLabel = "DIR",
            description = "Also count tokens, with this base model's tokenizer and template.")
    private @Nullable Path base;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Longest row in tokens, with --base (default: the settings' maxTokens).")
    private @Nullable Integer maxTokens;

    @Option(names = "--settings", paramLabel = "FILE", description = SettingsOption.DESCRIPTION)
    private @Nullable Path settingsFile;

    @Override
    public Integer call() throws IOException {
        FileArguments.dataset(file);
        FileArguments.page(page, file);
        if (maxTokens != null && maxTokens < 1)
            throw new UserMistake("--max-tokens must be at least 1, was " + maxTokens + ". Raise it.");
        if (maxTokens != null && base == null)
            throw new UserMistake("--max-tokens counts with a base's tokenizer. Name the base with --base.");
        DatasetReport report = report(targets(), SettingsOption.read(file, settingsFile, tree -> {}));
        PrintWriter out = spec.commandLine().getOut();
        if (json) out.print(Json.write(report));
        else new ReportText(out, !names.isEmpty()).print(report);
        out.flush();
        return report.verdict() == Verdict.ACCEPTED && !refusedByOneNamed(report) ? 0 : 1;
    }

    private Targets targets() {
        Targets all = Targets.load();
        for (String name : names) TargetOption.find(all, name);
        return names.isEmpty() ? all : all.only(names);
    }

    private boolean refusedByOneNamed(DatasetReport report) {
        return !names.isEmpty()
                && report.targets().stream().anyMatch(target -> target.answer() == TargetVerdict.Answer.REFUSE);
    }

    private DatasetReport report(Targets targets, RunSettings settings) {
        try (BaseText text = base == null ? null : BaseText.load(base)) {
            FileReport checked = FileReport.of(
                    file,
                    FormatOption.named(format == null ? settings.format() : format),
                    text,
                    maxTokens == null ? settings.maxTokens() : maxTokens,
                    settings,
                    targets);
            if (page != null)
                Files.writeString(
                        page,
                        ReportPage.html(String.valueOf(file.getFileName()), checked.report(), checked.pictures()));
            return checked.report();
        } catch (TextException e) {
            throw new UserMistake(e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot check " + file + ": " + e.getMessage(), e);
        }
    }
}
