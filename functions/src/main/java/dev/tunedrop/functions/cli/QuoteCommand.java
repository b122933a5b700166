package dev.tunedrop.functions.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.page.QuotePage;
import dev.tunedrop.functions.prepare.FileReport;
import dev.tunedrop.functions.prepare.Objectives;
import dev.tunedrop.functions.quote.BaseFacts;
import dev.tunedrop.functions.quote.Catalogue;
import dev.tunedrop.functions.quote.CatalogueFiles;
import dev.tunedrop.functions.quote.Lesson;
import dev.tunedrop.functions.quote.PastRuns;
import dev.tunedrop.functions.quote.QuoteRoutesHandler;
import dev.tunedrop.functions.quote.QuoteRules;
import dev.tunedrop.functions.route.DatasetFacts;
import dev.tunedrop.functions.route.RouteRules;
import dev.tunedrop.functions.targets.Targets;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;

/// Says what every way to get a model from a file would cost, and which one a drop of it would take. Needs
/// no cloud.
@Command(
        name = "quote",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Say what every way to get a model from a dataset costs, takes and allows, before money moves.",
        footer = {
            "",
            "Exit code: 0 a route is possible, 1 none is or the dataset is refused, 2 the command itself was wrong.",
            "Example: tunedrop quote orders.jsonl --base llama-3.1-8b"
        })
public final class QuoteCommand implements Callable<Integer> {

    private static final String RUN = "quote";
    /// Bytes of a dropped file a token, where there is no tokenizer to count.
    private static final int BYTES_PER_TOKEN = 4;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The dataset.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--settings", paramLabel = "FILE", description = SettingsOption.DESCRIPTION)
    private @Nullable Path settingsFile;

    @Option(
            names = "--base",
            paramLabel = "NAME|DIR",
            description =
                    "The base model instead of the settings' one: a folder, a folder of models/, or a name of the catalogue"
                            + " such as llama-3.1-8b, whose tokens are then estimated.")
    private @Nullable String base;

    @Option(
            names = "--target",
            paramLabel = "ROUTE",
            description =
                    "The route to take if it is possible, or a part of its name such as openai/ or batch/g6e.xlarge.")
    private @Nullable String target;

    @Option(names = "--here", description = "Train on this machine instead of rented ones.")
    private boolean here;

    @Option(
            names = "--catalogue",
            paramLabel = "DIR",
            description = "A folder with tables such as managed.json, each instead of the shipped one of that name.")
    private @Nullable Path tables;

    @Option(names = "--all", description = "Also list the routes that are not possible.")
    private boolean all;

    @Option(names = "--json", description = "Print the quote and the decision as JSON.")
    private boolean json;

    @Option(names = "--html", paramLabel = "PAGE", description = "Write both as a web page too.")
    private @Nullable Path page;

    @Override
    public Integer call() throws IOException {
        FileArguments.dataset(file);
        FileArguments.page(page, file);
        RunSettings settings = settings();
        BaseChoice chosen = BaseChoice.of(base == null ? settings.base() : base);
        FileReport read = read(chosen, settings);
        DatasetReport report = read.report();
        PrintWriter out = spec.commandLine().getOut();
        if (report.verdict() == DatasetReport.Verdict.REJECTED) {
            new ReportText(out, false).print(report);
            out.flush();
            return 1;
        }
        QuoteRules rules =
                new QuoteRules(catalogue(), here ? QuoteRoutesHandler.thisMachine() : null, Map.of(), PastRuns.none());
        Quote quote = rules.quote(
                RUN,
                chosen.facts(),
                new Lesson(settings, Objectives.of(report.format()), manifest(read, settings)),
                Instant.now());
        if (target != null && quote.routes().stream().noneMatch(route -> RouteRules.named(route.route(), target)))
            throw new UserMistake("no route is called %s. --all lists them; name one, or a beginning such as openai/."
                    .formatted(target));
        Decision decision = RouteRules.choose(new RouteRules.Question(
                quote, settings, DatasetFacts.of(settings.privacy(), report), Map.of(), Map.of(), null, false));
        if (page != null) Files.writeString(page, QuotePage.html(String.valueOf(file.getFileName()), quote, decision));
        if (json) out.print(Json.write(both(quote, decision)));
        else new QuoteText(out, all).print(quote, decision, report.signal() == null);
        out.flush();
        return decision.chosen() == null ? 1 : 0;
    }

    private Catalogue catalogue() {
        Path folder = tables;
        if (folder == null) return Catalogue.load();
        if (!Files.isDirectory(folder))
            throw new UserMistake("there is no folder " + folder + ". Name one with a table such as managed.json.");
        Map<String, Boolean> found = new TreeMap<>();
        try {
            Catalogue catalogue = CatalogueFiles.load(name -> {
                Optional<byte[]> table = table(folder.resolve(name));
                found.put(name, table.isPresent());
                return table;
            });
            if (!found.containsValue(true))
                throw new UserMistake("the folder %s holds no table. Put one of these there: %s."
                        .formatted(folder, String.join(", ", found.keySet())));
            return catalogue;
        } catch (InvalidDocument e) {
            throw new UserMistake(e.getMessage() + ".", e);
        }
    }

    private static Optional<byte[]> table(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// The quote with the decision as one more field.
    private static JsonNode both(Quote quote, Decision decision) {
        ObjectNode tree = Json.mapper().valueToTree(quote);
        tree.set("decision", Json.mapper().valueToTree(decision));
        return tree;
    }

    private RunSettings settings() throws IOException {
        return SettingsOption.read(file, settingsFile, tree -> {
            if (target != null) tree.put("route", target.contains("/") ? target : target + "/");
        });
    }

    private FileReport read(BaseChoice chosen, RunSettings settings) {
        try (BaseText text = chosen.folder() == null ? null : BaseText.load(chosen.folder())) {
            return FileReport.of(
                    file, FormatOption.named(settings.format()), text, settings.maxTokens(), settings, Targets.load());
        } catch (TextException e) {
            throw new UserMistake(e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// What preparing the file would leave: counted with the base's tokenizer, else estimated from its size.
    private static Manifest manifest(FileReport read, RunSettings settings) {
        DatasetReport report = read.report();
        DatasetReport.Signal signal = report.signal();
        long sequences = (signal == null ? report.rows() : signal.trainRows() + signal.validationRows())
                * Objectives.sequences(report.format());
        long tokens = signal == null ? estimated(report, sequences * settings.maxTokens()) : signal.tokens();
        long trained = signal == null ? tokens / 2 : signal.trainedTokens();
        double held = settings.validationFrom() == null ? settings.validationShare() : read.heldOutShare();
        return new Manifest(
                RUN,
                settings.base(),
                report.datasetSha256(),
                "",
                "",
                shard(sequences, tokens, trained, 1 - held),
                held == 0 ? null : shard(sequences, tokens, trained, held));
    }

    /// By the file's size; a row beyond `maxTokens` loses its end.
    private static long estimated(DatasetReport report, long most) {
        return Math.clamp(report.sizeBytes() / BYTES_PER_TOKEN, 1, Math.max(1, most));
    }

    private static Manifest.Shard shard(long rows, long tokens, long trained, double share) {
        return new Manifest.Shard(
                RUN,
                "",
                0,
                Math.max(1, Math.round(rows * share)),
                Math.max(1, Math.round(tokens * share)),
                Math.round(trained * share));
    }

    /// A base model on this machine, or one that the catalogue knows the sizes of.
    ///
    /// @param folder absent: there is no tokenizer to count with
    private record BaseChoice(BaseFacts facts, @Nullable Path folder) {

        static BaseChoice of(String name) {
            Path project = Path.of(System.getenv().getOrDefault("TUNEDROP_ROOT", "."));
            for (Path folder : List.of(Path.of(name), project.resolve("models").resolve(name))) {
                Path config = folder.resolve("config.json");
                if (Files.isRegularFile(config)) return new BaseChoice(read(folder, config), folder);
            }
            return Catalogue.load().bases().rows().stream()
                    .filter(base -> base.id().equals(name))
                    .findFirst()
                    .map(base -> new BaseChoice(BaseFacts.read(base.id(), base.config()), null))
                    .orElseThrow(() ->
                            new UserMistake("there is no base model %s. Name a folder, one of models/, or one of: %s."
                                    .formatted(
                                            name,
                                            String.join(
                                                    ", ",
                                                    Catalogue.load().bases().rows().stream()
                                                            .map(Catalogue.Base::id)
                                                            .toList()))));
        }

        private static BaseFacts read(Path folder, Path config) {
            try {
                return BaseFacts.read(
                        String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
                        Json.tree(Files.readAllBytes(config), config.toString()));
            } catch (InvalidDocument e) {
                throw new UserMistake(e.getMessage() + ". Name another base.", e);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + config, e);
            }
        }
    }
}
