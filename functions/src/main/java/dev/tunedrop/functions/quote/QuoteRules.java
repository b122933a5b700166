package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.quote.Catalogue.Instance;

/// Prices every route: our trainer on each instance type, on demand and spot, and on this machine where jobs run here.
///
/// seconds = start-up + operations / (peak x utilisation); dollars = hours x price. Low, expected and high differ by
/// utilisation, start-up and, for spot, by price and by work that is lost to interruptions.
public final class QuoteRules {

    private static final double GIB_MIB = 1024;
    private static final BigDecimal HOURS_PER_MONTH = new BigDecimal(730);
    private static final String PROVIDER = "batch";
    private static final String ELSEWHERE = "jobs run on this machine here, which is no such instance";

    /// Low, expected and high assumptions.
    private record Assumption(double utilisation, double startSeconds, double lostShare) {}

    private static final Assumption[] GPU = {
        new Assumption(0.40, 150, 0.0), new Assumption(0.25, 300, 0.05), new Assumption(0.10, 720, 0.25)
    };
    private static final Assumption[] CPU = {
        new Assumption(0.60, 2, 0.0), new Assumption(0.25, 4, 0.0), new Assumption(0.05, 15, 0.0)
    };
    /// fp32 operations per second of one CPU core with AVX2 at 3 GHz: 2 units x 8 lanes x 2 operations.
    private static final double CORE_TFLOPS = 0.096;

    private final Catalogue catalogue;
    private final @Nullable Machine machine;

    /// The machine that jobs run on where there is no Batch.
    public record Machine(int cores, double memoryGiB) {}

    /// @param machine absent where jobs run on rented instances
    public QuoteRules(Catalogue catalogue, @Nullable Machine machine) {
        this.catalogue = catalogue;
        this.machine = machine;
    }

    public Quote quote(String runId, BaseFacts base, RunSettings settings, Manifest manifest, Instant now) {
        Workload work = Workload.of(base, settings, manifest);
        List<RouteQuote> routes = new ArrayList<>();
        if (machine != null) routes.add(here(machine, settings, work));
        for (Instance instance : catalogue.instances()) {
            routes.add(rented(instance, false, base, settings, work));
            if (instance.spot() != null) routes.add(rented(instance, true, base, settings, work));
        }
        boolean stale = catalogue.stale(now.atOffset(ZoneOffset.UTC).toLocalDate());
        return new Quote(runId, now, catalogue.asOf(), stale, routes);
    }

    private static RouteQuote here(Machine machine, RunSettings settings, Workload work) {
        List<String> refusals = new ArrayList<>();
        if (work.memoryGiB() > machine.memoryGiB())
            refusals.add(
                    "needs %.1f GiB of memory, this machine has %.1f".formatted(work.memoryGiB(), machine.memoryGiB()));
        Range seconds = seconds(work, CORE_TFLOPS * machine.cores(), CPU, settings);
        BigDecimal free = BigDecimal.ZERO.setScale(4);
        return new RouteQuote(
                "local/cpu",
                "local",
                settings.method().name().toLowerCase(java.util.Locale.ROOT),
                "this machine, %d cores".formatted(machine.cores()),
                false,
                refusals,
                new Range(free, free, free),
                seconds,
                BigDecimal.ZERO,
                gib(work.memoryGiB()),
                gib(machine.memoryGiB()),
                "how many operations a core does per second, 5 to 60 % of its peak");
    }

    private RouteQuote rented(Instance instance, boolean spot, BaseFacts base, RunSettings settings, Workload work) {
        List<String> refusals = new ArrayList<>();
        if (machine != null) refusals.add(ELSEWHERE);
        double memoryGiB = instance.gpuMemoryMiB() / GIB_MIB;
        if (work.memoryGiB() > memoryGiB)
            refusals.add("needs %.1f GiB of GPU memory, one %s has %.1f"
                    .formatted(work.memoryGiB(), instance.gpu(), memoryGiB));
        BigDecimal tflops = instance.bf16Tflops();
        if (tflops == null) refusals.add("a " + instance.gpu() + " has no bf16");
        if (spot && savesNothing(settings, work))
            refusals.add("checkpointSteps %d saves nothing within %.0f steps; leave it out to train on spot"
                    .formatted(settings.checkpointSteps(), work.steps()));
        Range seconds = tflops == null ? null : seconds(work, tflops.doubleValue(), GPU, settings);
        return new RouteQuote(
                "batch/" + instance.type() + (spot ? "/spot" : "/on-demand"),
                PROVIDER,
                settings.method().name().toLowerCase(java.util.Locale.ROOT),
                instance.type(),
                spot,
                refusals,
                seconds == null ? null : cost(instance, spot, seconds),
                seconds,
                serving(base),
                gib(work.memoryGiB()),
                gib(memoryGiB),
                spot
                        ? "utilisation of the GPU (10 to 40 % of its peak), start-up, the zone's spot price, work lost to interruptions"
                        : "utilisation of the GPU (10 to 40 % of its peak) and start-up");
    }

    /// A spot machine may be taken away at any step, and everything since the last checkpoint with it.
    private static boolean savesNothing(RunSettings settings, Workload work) {
        return settings.checkpointSteps() != null && settings.checkpointSteps() >= work.steps();
    }

    private static Range seconds(Workload work, double tflops, Assumption[] assumptions, RunSettings settings) {
        BigDecimal[] figures = new BigDecimal[3];
        for (int i = 0; i < 3; i++) {
            Assumption a = assumptions[i];
            double steps = work.flops() / (tflops * 1e12 * a.utilisation());
            if (settings.maxSeconds() != null) steps = Math.min(steps, settings.maxSeconds());
            figures[i] = BigDecimal.valueOf(a.startSeconds() + steps).setScale(0, RoundingMode.UP);
        }
        return new Range(figures[0], figures[1], figures[2]);
    }

    private static Range cost(Instance instance, boolean spot, Range seconds) {
        Catalogue.Spot price = instance.spot();
        if (!spot || price == null) {
            BigDecimal rate = instance.onDemandUsdPerHour();
            return new Range(
                    usd(seconds.low(), rate, 0), usd(seconds.expected(), rate, 0), usd(seconds.high(), rate, 0));
        }
        BigDecimal middle =
                price.lowUsdPerHour().add(price.highUsdPerHour()).divide(new BigDecimal(2), RoundingMode.UP);
        return new Range(
                usd(seconds.low(), price.lowUsdPerHour(), GPU[0].lostShare()),
                usd(seconds.expected(), middle, GPU[1].lostShare()),
                usd(seconds.high(), price.highUsdPerHour(), GPU[2].lostShare()));
    }

    private static BigDecimal usd(BigDecimal seconds, BigDecimal perHour, double lostShare) {
        return seconds.multiply(perHour)
                .multiply(BigDecimal.valueOf(1 + lostShare))
                .divide(new BigDecimal(3600), 4, RoundingMode.UP);
    }

    /// The cheapest known endpoint whose GPU holds the base in bf16 with a fifth left for the cache.
    private @Nullable BigDecimal serving(BaseFacts base) {
        double neededMiB = base.weights() * 2 / 0.8 / (1 << 20);
        return catalogue.instances().stream()
                .filter(i -> i.hostingUsdPerHour() != null && i.gpuMemoryMiB() >= neededMiB)
                .map(Instance::hostingUsdPerHour)
                .min(BigDecimal::compareTo)
                .map(rate -> rate.multiply(HOURS_PER_MONTH).setScale(2, RoundingMode.HALF_UP))
                .orElse(null);
    }

    private static BigDecimal gib(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
    }
}
