package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.Terms;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Method;
import dev.tunedrop.functions.quote.Catalogue.Base;
import dev.tunedrop.functions.quote.Catalogue.Instance;
import dev.tunedrop.functions.quote.Catalogue.Speed;
import dev.tunedrop.functions.quote.QuoteRules.Machine;

/// Routes of our own trainer: the run's base and method on each machine, and every other base and method of the
/// catalogue on the machine that is cheapest for it.
///
/// seconds = start-up + operations / (peak x share of it); dollars = hours x price. Low, expected and high differ by
/// the share, the start-up and, for spot, by price and by work that is lost to interruptions.
final class OwnRoutes {

    static final String LOCAL = "local";
    static final String BATCH = "batch";
    private static final double GIB_MIB = 1024;
    private static final String ELSEWHERE = "jobs run on this machine here, which is no such instance";
    /// What the dataset's report calls our own trainer.
    private static final String TARGET = "tunedrop";
    /// fp32 operations per second of one CPU core with AVX2 at 3 GHz: 2 units x 8 lanes x 2 operations.
    private static final double CORE_TFLOPS = 0.096;

    private final Catalogue catalogue;
    private final @Nullable Machine machine;
    private final Map<String, Integer> vcpuQuotas;
    private final PastRuns past;
    private final Lesson lesson;
    private final RunSettings settings;
    private final LocalDate today;

    /// @param vcpuQuotas first letter of an instance family → virtual CPUs the account may rent; absent: not known
    OwnRoutes(
            Catalogue catalogue,
            @Nullable Machine machine,
            Map<String, Integer> vcpuQuotas,
            PastRuns past,
            Lesson lesson,
            LocalDate today) {
        this.catalogue = catalogue;
        this.machine = machine;
        this.vcpuQuotas = vcpuQuotas;
        this.past = past;
        this.lesson = lesson;
        this.settings = lesson.settings();
        this.today = today;
    }

    List<RouteQuote> of(BaseFacts base) {
        Plan plan = new Plan(base, settings.method(), "", Untrainable.reasons(base, settings.method(), lesson));
        List<RouteQuote> routes = new ArrayList<>();
        if (machine != null) routes.add(here(machine, plan));
        routes.addAll(rented(plan));
        for (Method method : List.of(Method.QLORA, Method.LORA)) {
            if (method != settings.method()) alternative(base, method).ifPresent(routes::add);
            for (Base other : catalogue.bases().rows())
                if (other.facts().generates() != lesson.labels()
                        && !other.facts().sameSizes(base))
                    alternative(other.facts(), method).ifPresent(routes::add);
        }
        return routes;
    }

    /// What is trained how; `suffix` tells its routes from those of the run's own base and method.
    private record Plan(BaseFacts base, Method method, String suffix, List<String> refusals) {}

    /// The cheapest machine that another base or method fits, or the largest, which then says what is missing.
    private Optional<RouteQuote> alternative(BaseFacts base, Method method) {
        String word = word(method);
        Plan plan = new Plan(
                base,
                method,
                "/" + base.name() + "/" + word,
                List.of(
                        "the settings name another base or method; set \"base\": \"%s\" and \"method\": \"%s\" to take it"
                                .formatted(base.name(), word)));
        List<RouteQuote> routes = rented(plan);
        return routes.stream()
                .filter(route -> fits(route) && route.trainingUsd() != null)
                .min(Comparator.comparing(
                        route -> Objects.requireNonNull(route.trainingUsd()).expected()))
                .or(() -> routes.stream()
                        .max(Comparator.comparing(route -> Objects.requireNonNull(route.deviceMemoryGiB()))));
    }

    private static boolean fits(RouteQuote route) {
        return Objects.requireNonNull(route.memoryGiB()).compareTo(Objects.requireNonNull(route.deviceMemoryGiB()))
                <= 0;
    }

    private List<RouteQuote> rented(Plan plan) {
        Workload work = Workload.of(plan.base(), lesson, plan.method());
        List<RouteQuote> routes = new ArrayList<>();
        for (Instance instance : catalogue.instances().rows()) {
            routes.add(rented(instance, false, plan, work));
            if (instance.spot() != null) routes.add(rented(instance, true, plan, work));
        }
        return routes;
    }

    private RouteQuote here(Machine local, Plan plan) {
        Workload work = Workload.of(plan.base(), lesson, plan.method());
        List<String> refusals = new ArrayList<>(plan.refusals());
        if (work.memoryGiB() > local.memoryGiB())
            refusals.add(
                    "needs %.1f GiB of memory, this machine has %.1f".formatted(work.memoryGiB(), local.memoryGiB()));
        String kind = kind(LOCAL, "cpu" + local.cores(), plan);
        Speed speed = catalogue.speed("cpu");
        Quote.PastRuns seen = past.seen(kind);
        BigDecimal free = BigDecimal.ZERO.setScale(4);
        return new RouteQuote(
                "local/cpu",
                LOCAL,
                word(plan.method()),
                "this machine, %d cores".formatted(local.cores()),
                false,
                refusals,
                new Range(free, free, free),
                seconds(work, CORE_TFLOPS * local.cores(), speed, seen, null),
                BigDecimal.ZERO,
                gib(work.memoryGiB()),
                gib(local.memoryGiB()),
                "how many operations a core does per second, %s of its peak".formatted(shares(speed)),
                terms(plan, List.of(), List.of(), kind, speed.source(), speed.asOf()),
                null,
                seen);
    }

    private RouteQuote rented(Instance instance, boolean spot, Plan plan, Workload work) {
        double memoryGiB = instance.gpuMemoryMiB() / GIB_MIB;
        BigDecimal tflops = instance.bf16Tflops();
        String kind = kind(BATCH, instance.gpu(), plan);
        Speed speed = catalogue.speed("gpu");
        Quote.PastRuns seen = past.seen(kind);
        Rate rate = Rate.of(instance, spot, speed);
        Range seconds = tflops == null ? null : seconds(work, tflops.doubleValue(), speed, seen, rate);
        String region = catalogue.instances().region();
        return new RouteQuote(
                BATCH + "/" + instance.type() + (spot ? "/spot" : "/on-demand") + plan.suffix(),
                BATCH,
                word(plan.method()),
                instance.type(),
                spot,
                refusals(instance, spot, plan, work),
                seconds == null ? null : rate.usd(seconds),
                seconds,
                ServingCost.own(catalogue.serving().rows(), plan.base(), settings.monthlyTokens())
                        .map(endpoint -> endpoint.usd(settings.monthlyTokens()))
                        .orElse(null),
                gib(work.memoryGiB()),
                gib(memoryGiB),
                "share of the GPU's peak (%s) and start-up%s"
                        .formatted(
                                shares(speed),
                                spot ? ", the zone's spot price, work that is lost to interruptions" : ""),
                terms(
                        plan,
                        region == null ? List.of() : List.of(region),
                        risks(instance),
                        kind,
                        instance.source(),
                        instance.asOf()),
                null,
                seen);
    }

    private List<String> refusals(Instance instance, boolean spot, Plan plan, Workload work) {
        List<String> refusals = new ArrayList<>();
        double memoryGiB = instance.gpuMemoryMiB() / GIB_MIB;
        if (machine != null) refusals.add(ELSEWHERE);
        if (work.memoryGiB() > memoryGiB)
            refusals.add("needs %.1f GiB of GPU memory, one %s has %.1f"
                    .formatted(work.memoryGiB(), instance.gpu(), memoryGiB));
        if (instance.bf16Tflops() == null)
            refusals.add("cannot be timed: "
                    + instance.absent().getOrDefault("bf16Tflops", "no figure of its speed is in the catalogue"));
        Integer quota = vcpuQuotas.get(instance.type().substring(0, 1));
        if (quota != null && instance.vcpus() != null && instance.vcpus() > quota)
            refusals.add("has %d virtual CPUs, the account's quota of its family is %d; ask AWS for more"
                    .formatted(instance.vcpus(), quota));
        if (spot && settings.checkpointSteps() != null && settings.checkpointSteps() >= work.steps())
            refusals.add("checkpointSteps %d saves nothing within %.0f steps; leave it out to train on spot"
                    .formatted(settings.checkpointSteps(), work.steps()));
        refusals.addAll(plan.refusals());
        return refusals;
    }

    private List<String> risks(Instance instance) {
        List<String> risks = new ArrayList<>();
        if (catalogue.instances().stale(instance.asOf(), today))
            risks.add("Its price is of %s and may have moved.".formatted(instance.asOf()));
        if (instance.gpus() > 1) risks.add("It has %d GPUs, of which the trainer uses one.".formatted(instance.gpus()));
        return risks;
    }

    private Terms terms(
            Plan plan, List<String> regions, List<String> more, String kind, String source, LocalDate asOf) {
        Optional<Base> known = catalogue.base(plan.base());
        List<String> risks = new ArrayList<>(more);
        if (known.isEmpty()) risks.add("The licence of the base is not in the catalogue: see what its owner allows.");
        else if (known.get().commercialNote() != null)
            risks.add("%s: %s.".formatted(known.get().licence(), known.get().commercialNote()));
        return new Terms(
                plan.base().name(),
                true,
                TARGET,
                regions,
                known.map(Base::licence).orElse("not known"),
                known.map(Base::commercialUse).orElse(null),
                known.map(Base::endOfLife).orElse(null),
                risks,
                source,
                asOf,
                kind,
                null,
                null);
    }

    private static String kind(String provider, String device, Plan plan) {
        return provider + "/" + device + "/" + plan.base().sizeClass() + "/" + word(plan.method());
    }

    /// Past runs move the whole of it; the walls of the settings, which count training alone, hold all the same.
    ///
    /// @param rate absent where time costs nothing
    private Range seconds(
            Workload work, double tflops, Speed speed, Quote.@Nullable PastRuns seen, @Nullable Rate rate) {
        Range all = new Range(
                seconds(work, tflops, speed.low(), speed.startSecondsLow()),
                seconds(work, tflops, speed.expected(), speed.startSecondsExpected()),
                seconds(work, tflops, speed.high(), speed.startSecondsHigh()));
        Range learnt = seen == null ? all : PastRuns.times(all, seen.timeFactor(), 0);
        double wall = wall(rate);
        if (Double.isInfinite(wall)) return learnt;
        return new Range(
                learnt.low().min(whole(speed.startSecondsLow() + wall)),
                learnt.expected().min(whole(speed.startSecondsExpected() + wall)),
                learnt.high().min(whole(speed.startSecondsHigh() + wall)));
    }

    private double wall(@Nullable Rate rate) {
        double seconds = settings.maxSeconds() == null ? Double.POSITIVE_INFINITY : settings.maxSeconds();
        if (settings.wallUsd() == null || rate == null) return seconds;
        return Math.min(seconds, rate.seconds(settings.wallUsd()));
    }

    private static BigDecimal seconds(Workload work, double tflops, double share, double start) {
        return whole(start + work.flops() / (tflops * 1e12 * share));
    }

    private static BigDecimal whole(double seconds) {
        return BigDecimal.valueOf(seconds).setScale(0, RoundingMode.UP);
    }

    private static String shares(Speed speed) {
        return "%.0f to %.0f %%".formatted(100 * speed.high(), 100 * speed.low());
    }

    private static String word(Method method) {
        return method.name().toLowerCase(Locale.ROOT);
    }

    private static BigDecimal gib(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
    }
}
