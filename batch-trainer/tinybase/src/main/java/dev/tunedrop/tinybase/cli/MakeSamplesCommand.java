package dev.tunedrop.tinybase.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.tinybase.SupportTriage;

/// `./tunedrop make-samples`: writes the sample datasets again.
@Command(
        name = "make-samples",
        mixinStandardHelpOptions = true,
        description = "Writes the sample datasets again: support messages with their triage, and broken rows.")
public final class MakeSamplesCommand implements Callable<Integer> {

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "where the files go, such as samples")
    private Path out = Path.of("");

    @Option(names = "--rows", defaultValue = "400", description = "rows of the good sample (default ${DEFAULT-VALUE})")
    private int rows;

    @Option(names = "--seed", defaultValue = "11", description = "of the good sample (default ${DEFAULT-VALUE})")
    private long seed;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        List<String> lines = new SupportTriage(seed)
                .rows(rows).stream().map(SupportTriage.Row::json).toList();
        Files.writeString(out.resolve("support-triage.jsonl"), String.join("\n", lines) + "\n");
        for (String file : List.of("support-triage-broken.jsonl", "tune.json")) {
            try (InputStream in = MakeSamplesCommand.class.getResourceAsStream(file)) {
                Files.write(out.resolve(file), Objects.requireNonNull(in, file).readAllBytes());
            }
        }
        System.out.printf("%d rows in %s%n", rows, out.resolve("support-triage.jsonl"));
        return 0;
    }
}
