package dev.tunedrop.functions.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.FormatSeen;
import dev.tunedrop.events.run.DatasetReport.Signal;
import dev.tunedrop.events.run.DatasetReport.Verdict;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.dataset.ReportPage;
import dev.tunedrop.functions.prepare.FileReport;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;

/// Holds a file to the rules that a drop of it would meet.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Check a dataset against the rules a drop of it would meet.",
        footer = {"", "Exit code: 0 accepted, 1 refused, 2 the command itself was wrong."})
public final class CheckCommand implements Callable<Integer> {

    private static final int DEFAULT_MAX_TOKENS = 2048;

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
            names = "--format",
            paramLabel = "NAME",
            description =
                    "What the rows must be, instead of what they look like: openai-chat, prompt-completion, alpaca,"
                            + " sharegpt, openai-preference, preference, bedrock-conversation, vertex-contents, text, text-label.")
    private @Nullable String format;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(names = "--html", paramLabel = "PAGE", description = "Write the report as a web page too.")
    private @Nullable Path page;

    @Option(
            names = "--base",
            paramLabel = "DIR",
            description = "Also count tokens, with this base model's tokenizer and template.")
    private @Nullable Path base;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Longest row in tokens, with --base (default: ${DEFAULT-VALUE}).")
    private int maxTokens = DEFAULT_MAX_TOKENS;

    @Override
    public Integer call() {
        if (!Files.isRegularFile(file)) throw new UserMistake("there is no file " + file + ". Name a .jsonl file.");
        if (maxTokens < 1) throw new UserMistake("--max-tokens must be at least 1, was " + maxTokens + ". Raise it.");
        DatasetReport report = report();
        PrintWriter out = spec.commandLine().getOut();
        if (json) out.print(Json.write(report));
        else print(out, report);
        out.flush();
        return report.verdict() == Verdict.ACCEPTED ? 0 : 1;
    }

    private DatasetReport report() {
        try (BaseText text = base == null ? null : BaseText.load(base)) {
            DatasetReport report = FileReport.of(file, format == null ? null : named(format), text, maxTokens);
            if (page != null) Files.writeString(page, ReportPage.html(String.valueOf(file.getFileName()), report));
            return report;
        } catch (TextException e) {
            throw new UserMistake(e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot check " + file + ": " + e.getMessage(), e);
        }
    }

    private static DatasetFormat named(String format) {
        return DatasetFormat.of(format)
                .orElseThrow(() -> new UserMistake(
                        "there is no format %s. Name one of: %s.".formatted(format, DatasetFormat.ids())));
    }

    private static void print(PrintWriter out, DatasetReport report) {
        for (Finding finding : report.findings()) out.println(line(finding));
        long total = report.findingsByRule().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (total > report.findings().size())
            out.printf(
                    "… and %,d more; by rule: %s%n", total - report.findings().size(), report.findingsByRule());
        if (!report.findings().isEmpty()) out.println();
        Signal signal = report.signal();
        if (signal != null)
            out.printf(
                    "tokens    %,d, of which %,d carry loss; longest row %,d; %,d rows cut, %,d repeated%n",
                    signal.tokens(),
                    signal.trainedTokens(),
                    signal.longestRowTokens(),
                    signal.truncatedRows(),
                    signal.duplicateRows());
        for (FormatSeen seen : report.formats() == null ? List.<FormatSeen>of() : report.formats())
            out.printf(
                    "seen      %s from line %,d, for its fields: %s%n",
                    seen.format(),
                    seen.firstLine(),
                    seen.fields().entrySet().stream()
                            .map(field ->
                                    "%s in %,d of %,d rows".formatted(field.getKey(), field.getValue(), seen.rows()))
                            .collect(Collectors.joining(", ")));
        out.printf(
                "verdict   %s: %,d rows, %,d refused (%s)%n",
                report.verdict(), report.rows(), report.refusedRows(), report.format());
    }

    private static String line(Finding finding) {
        String place = finding.line() == 0 ? "file" : "line " + finding.line();
        String column = finding.column() == 0 ? "" : ", column " + finding.column();
        String field = finding.field() == null ? "" : " (" + finding.field() + ")";
        String severity = finding.severity() == Finding.Severity.ERROR ? "error  " : "warning";
        return "%s  %s%s: %s: %s%s. %s"
                .formatted(severity, place, column, finding.rule(), finding.message(), field, finding.remedy());
    }
}
