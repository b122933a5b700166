package dev.tunedrop.functions.quote;

import java.lang.management.ManagementFactory;
import java.time.Clock;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.quote.QuoteRules.Machine;

/// Writes the quote of a prepared dataset.
public final class QuoteRoutesHandler extends JsonHandler<Step.Run, Step.Quoted> {

    private final Cloud cloud;
    private final QuoteRules rules;
    private final Clock clock;

    public QuoteRoutesHandler() {
        this(
                Wiring.cloud(),
                new QuoteRules(Catalogue.load(), Configuration.local() ? thisMachine() : null),
                Clock.systemUTC());
    }

    public QuoteRoutesHandler(Cloud cloud, QuoteRules rules, Clock clock) {
        super(Step.Run.class);
        this.cloud = cloud;
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public Step.Quoted handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        Manifest manifest = cloud.artefacts().json(files.manifest(), Manifest.class);
        Quote quote = rules.quote(input.runId(), facts(settings.base()), settings, manifest, clock.instant());
        cloud.artefacts().putJson(files.quote(), quote);
        long possible =
                quote.routes().stream().filter(Quote.RouteQuote::possible).count();
        return new Step.Quoted(quote.routes().size(), (int) possible);
    }

    private BaseFacts facts(String base) {
        try {
            return BaseFacts.read(base, cloud.bases().json(base + "/config.json", JsonNode.class));
        } catch (InvalidDocument e) {
            throw new Rejected("base-unusable", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Machine thisMachine() {
        Runtime runtime = Runtime.getRuntime();
        double bytes =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : runtime.maxMemory();
        return new Machine(runtime.availableProcessors(), bytes / (1L << 30));
    }
}
