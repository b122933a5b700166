package dev.tunedrop.functions.quote;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.DatasetReport;
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
import dev.tunedrop.functions.prepare.Objectives;
import dev.tunedrop.functions.quote.QuoteRules.Machine;

/// Writes the quote of a prepared dataset, with the bucket's tables where it has its own and what the ledger knows of
/// earlier runs.
public final class QuoteRoutesHandler extends JsonHandler<Step.Run, Step.Quoted> {

    private final Cloud cloud;
    private final @Nullable Machine machine;
    private final Map<String, Integer> vcpuQuotas;
    private final Clock clock;

    public QuoteRoutesHandler() {
        this(
                Wiring.cloud(),
                Configuration.local() ? thisMachine() : null,
                quotas(Configuration.value("TUNEDROP_VCPU_QUOTAS", "")),
                Clock.systemUTC());
    }

    /// @param machine what jobs run on; absent where they run on rented instances
    public QuoteRoutesHandler(Cloud cloud, @Nullable Machine machine, Map<String, Integer> vcpuQuotas, Clock clock) {
        super(Step.Run.class);
        this.cloud = cloud;
        this.machine = machine;
        this.vcpuQuotas = vcpuQuotas;
        this.clock = clock;
    }

    @Override
    public Step.Quoted handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        Manifest manifest = cloud.artefacts().json(files.manifest(), Manifest.class);
        QuoteRules rules =
                new QuoteRules(CatalogueFiles.load(cloud.artefacts()), machine, vcpuQuotas, cloud.ledger()::actuals);
        Lesson lesson = new Lesson(settings, objective(files), manifest);
        Quote quote = rules.quote(input.runId(), facts(settings.base()), lesson, clock.instant());
        cloud.artefacts().putJson(files.quote(), quote);
        long possible =
                quote.routes().stream().filter(Quote.RouteQuote::possible).count();
        return new Step.Quoted(quote.routes().size(), (int) possible);
    }

    private RunSettings.Objective objective(RunFiles files) {
        return Objectives.of(
                cloud.artefacts().json(files.report(), DatasetReport.class).format());
    }

    private BaseFacts facts(String base) {
        try {
            return BaseFacts.read(base, cloud.bases().json(base + "/config.json", JsonNode.class));
        } catch (InvalidDocument e) {
            throw new Rejected("base-unusable", String.valueOf(e.getMessage()));
        }
    }

    /// `g=64,p=192`: first letter of an instance family, virtual CPUs.
    static Map<String, Integer> quotas(String text) {
        Map<String, Integer> quotas = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) continue;
            if (!part.strip().matches("[a-z]=[0-9]{1,6}"))
                throw new IllegalStateException(
                        "TUNEDROP_VCPU_QUOTAS must read like g=64,p=192, was \"" + text + "\"; put it right");
            quotas.put(
                    part.strip().substring(0, 1), Integer.valueOf(part.strip().substring(2)));
        }
        return quotas;
    }

    public static Machine thisMachine() {
        Runtime runtime = Runtime.getRuntime();
        double bytes =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : runtime.maxMemory();
        return new Machine(runtime.availableProcessors(), bytes / (1L << 30));
    }
}
