package dev.tunedrop.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.prices.PriceTable;
import dev.tunedrop.functions.prices.Prices;
import dev.tunedrop.functions.prices.RefreshedInstances;

/// `tunedrop refresh-prices`.
@Command(
        name = "refresh-prices",
        mixinStandardHelpOptions = true,
        description =
                "Ask AWS what machines cost now, with the account's own credentials, and put the table where quotes read it.")
final class RefreshPricesCommand implements Callable<Integer> {

    private final Clouds clouds;
    private final Function<String, Prices> prices;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the table here instead of into the running cloud's artefact bucket.")
    private @Nullable Path out;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "The region of the prices (default: ${DEFAULT-VALUE}).")
    private String region = "us-east-1";

    /// @param prices region → where its prices are asked
    RefreshPricesCommand(Clouds clouds, Function<String, Prices> prices) {
        this.clouds = clouds;
        this.prices = prices;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = Screen.of(spec.commandLine().getOut());
        RefreshedInstances refreshed;
        try (Prices asked = prices.apply(region)) {
            refreshed = PriceTable.refreshed(region, asked, LocalDate.now(ZoneOffset.UTC));
        }
        refreshed.changes().forEach(screen::line);
        if (out != null) Files.writeString(out, Json.write(refreshed.table()));
        else
            try (RunningCloud running = clouds.connect()) {
                PriceTable.put(running.cloud().artefacts(), refreshed);
            }
        screen.line("The next quote uses "
                + (out == null
                        ? "these prices."
                        : out + " once it is in the artefact bucket as " + PriceTable.KEY + "."));
        return 0;
    }
}
