package dev.tunedrop.functions.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Decision.NotTaken;
import dev.tunedrop.events.run.ManagedResult;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.Terms;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.Ledger.Actual;
import dev.tunedrop.functions.quote.BaseFacts;
import dev.tunedrop.functions.quote.Catalogue;
import dev.tunedrop.functions.quote.Lesson;
import dev.tunedrop.functions.quote.PastRuns;
import dev.tunedrop.functions.quote.QuoteRules;

/// What holds of every quote and of every choice made from it, over questions drawn by chance.
class QuotedChoiceTest {

    private static final int QUESTIONS = 100;
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    private static final Catalogue CATALOGUE = Catalogue.load();

    /// One question, all of it drawn from a seed.
    private record Drawn(
            String about,
            BaseFacts base,
            Lesson lesson,
            QuoteRules rules,
            Privacy privacy,
            Map<String, String> excluded) {

        static Drawn of(long seed) {
            Random random = new Random(seed);
            Catalogue.Base base = any(random, CATALOGUE.bases().rows());
            Objective objective = any(random, List.of(Objective.SFT, Objective.DPO, Objective.CLASSIFICATION));
            String json =
                    "{\"method\":\"%s\",\"prefer\":\"%s\",\"epochs\":%d,\"maxTokens\":%d,\"packing\":%s,\"rank\":%d,"
                                    .formatted(
                                            any(random, List.of("qlora", "lora", "full")),
                                            any(random, List.of("cost", "time", "control")),
                                            1 + random.nextInt(5),
                                            8 << random.nextInt(13),
                                            random.nextBoolean(),
                                            1 + random.nextInt(64))
                            + (random.nextInt(4) == 0 ? "\"maxSteps\":%d,".formatted(1 + random.nextInt(500)) : "")
                            + (random.nextInt(4) == 0 ? "\"maxSeconds\":%d,".formatted(1 + random.nextInt(90_000)) : "")
                            + (random.nextInt(4) == 0 ? "\"wallUsd\":%s,".formatted(1 + random.nextInt(50)) : "")
                            + "\"commercialUse\":%s,\"lifetimeMonths\":%d,\"monthlyTokens\":%d,\"maxCostUsd\":%s}"
                                    .formatted(
                                            random.nextBoolean(),
                                            random.nextInt(24),
                                            (long) Math.pow(10, random.nextInt(12)),
                                            any(random, List.of("0.01", "5", "200", "100000")));
            long rows = 1 + (long) Math.pow(10, 6 * random.nextDouble());
            long tokens = rows * (1 + (long) Math.pow(10, 4.4 * random.nextDouble()));
            long held = tokens / (1 + random.nextInt(10));
            Manifest manifest = manifest(rows, tokens, tokens / 3, random.nextBoolean() ? held : 0);
            double factor = Math.exp(random.nextGaussian());
            PastRuns past = random.nextBoolean()
                    ? PastRuns.none()
                    : kind ->
                            List.of(new Actual(kind, "r", NOW, 100, 100, 100 * factor, BigDecimal.ONE, BigDecimal.TWO));
            QuoteRules.Machine here = random.nextInt(3) == 0 ? new QuoteRules.Machine(2, 24) : null;
            return new Drawn(
                    "seed %d: %s, %s, %s, %s".formatted(seed, base.id(), objective, json, manifest.train()),
                    BaseFacts.read(base.id(), base.config()),
                    new Lesson(settings(json), objective, manifest),
                    new QuoteRules(CATALOGUE, here, random.nextBoolean() ? Map.of("g", 8, "p", 96) : Map.of(), past),
                    any(random, List.of(Privacy.values())),
                    random.nextBoolean() ? Map.of() : Map.of("batch/g6.xlarge/spot", "there was no machine"));
        }

        Quote quote(Lesson of) {
            return rules.quote("run", base, of, NOW);
        }

        RouteRules.Question question(Quote quote) {
            return new RouteRules.Question(
                    quote, lesson.settings(), new DatasetFacts(privacy, Map.of()), excluded, Map.of(), null, false);
        }

        Lesson longer() {
            Manifest less = lesson.manifest();
            long held = less.validation() == null ? 0 : less.validation().tokens();
            return new Lesson(
                    lesson.settings(),
                    lesson.objective(),
                    manifest(
                            less.train().rows(),
                            3 * less.train().tokens(),
                            less.train().trainedTokens(),
                            held));
        }

        Lesson epochsMore() {
            String json = Json.write(lesson.settings())
                    .replaceFirst(
                            "\"epochs\" ?: ?\\d+",
                            "\"epochs\":" + (2 + lesson.settings().epochs()));
            return new Lesson(settings(json), lesson.objective(), lesson.manifest());
        }
    }

    private static Manifest manifest(long rows, long tokens, long trained, long held) {
        return new Manifest(
                "run",
                "base",
                "d",
                "t",
                "c",
                new Manifest.Shard("k", "s", 1, rows, tokens, trained),
                held == 0 ? null : new Manifest.Shard("v", "s", 1, 1 + rows / 10, held, held / 3));
    }

    private static RunSettings settings(String json) {
        return SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "tune.json");
    }

    private static <T> T any(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static Stream<Drawn> drawn() {
        return Stream.iterate(1L, seed -> seed + 1).limit(QUESTIONS).map(Drawn::of);
    }

    @Test
    void everyFigureRisesFromLowToHighAndNoneIsNegative() {
        drawn().forEach(one -> {
            Quote quote = one.quote(one.lesson());
            assertThat(quote.routes())
                    .extracting(RouteQuote::route)
                    .as(one.about())
                    .doesNotHaveDuplicates();
            for (RouteQuote route : quote.routes()) {
                String about = one.about() + ": " + route;
                rises(route.trainingUsd(), about, 0);
                rises(route.trainingSeconds(), about, 1);
                assertThat(route.servingUsdPerMonth() == null
                                || route.servingUsdPerMonth().signum() >= 0)
                        .as(about)
                        .isTrue();
                assertThat(route.memoryGiB() == null || route.memoryGiB().signum() > 0)
                        .as(about)
                        .isTrue();
                assertThat(route.breakEvenTokensPerMonth() == null || route.breakEvenTokensPerMonth() >= 0)
                        .as(about)
                        .isTrue();
                assertThat(route.possible())
                        .as(about)
                        .isEqualTo(
                                route.trainingUsd() != null && route.refusals().isEmpty());
                assertThat(route.refusals())
                        .as(about)
                        .noneMatch(String::isBlank)
                        .noneMatch(why -> why.contains("NaN"));
            }
        });
    }

    private static void rises(@org.jspecify.annotations.Nullable Range range, String about, int least) {
        if (range == null) return;
        assertThat(range.low())
                .as(about)
                .isGreaterThanOrEqualTo(BigDecimal.valueOf(least))
                .isLessThanOrEqualTo(range.expected());
        assertThat(range.expected()).as(about).isLessThanOrEqualTo(range.high());
    }

    @Test
    void moreTokensOrEpochsAreNeverCheaperOrFaster() {
        drawn().limit(QUESTIONS / 2).forEach(one -> {
            Map<String, RouteQuote> less = byName(one.quote(one.lesson()));
            for (Lesson more : List.of(one.longer(), one.epochsMore()))
                byName(one.quote(more)).forEach((name, route) -> {
                    RouteQuote before = Objects.requireNonNullElse(less.get(name), route);
                    String about =
                            one.about() + ": " + name + " " + more.manifest().train();
                    notLess(before.trainingUsd(), route.trainingUsd(), about);
                    notLess(before.trainingSeconds(), route.trainingSeconds(), about);
                });
        });
    }

    private static void notLess(
            @org.jspecify.annotations.Nullable Range less,
            @org.jspecify.annotations.Nullable Range more,
            String about) {
        if (less == null || more == null) return;
        assertThat(more.low()).as(about).isGreaterThanOrEqualTo(less.low());
        assertThat(more.expected()).as(about).isGreaterThanOrEqualTo(less.expected());
        assertThat(more.high()).as(about).isGreaterThanOrEqualTo(less.high());
    }

    private static Map<String, RouteQuote> byName(Quote quote) {
        return quote.routes().stream().collect(Collectors.toMap(RouteQuote::route, route -> route));
    }

    @Test
    void theChoiceIsTheBestThatIsAllowedAndEveryOtherRouteSaysWhyNot() {
        List<String> chosen = new ArrayList<>();
        drawn().forEach(one -> {
            Quote quote = one.quote(one.lesson());
            Decision decision = RouteRules.choose(one.question(quote));
            List<String> others = new ArrayList<>(
                    quote.routes().stream().map(RouteQuote::route).toList());
            if (decision.chosen() != null) {
                others.remove(decision.chosen());
                chosen.add(decision.chosen());
                best(one, quote, decision);
            }
            assertThat(decision.notTaken())
                    .as(one.about())
                    .extracting(NotTaken::route)
                    .containsExactlyInAnyOrderElementsOf(others);
            assertThat(decision.notTaken())
                    .as(one.about())
                    .noneMatch(not -> not.reason().isBlank());
        });
        assertThat(chosen).as("questions with an answer").hasSizeGreaterThan(QUESTIONS / 5);
        assertThat(chosen.stream().distinct()).as("different answers").hasSizeGreaterThan(3);
    }

    /// Held against conditions written here once more, without the rules.
    private static void best(Drawn one, Quote quote, Decision decision) {
        RouteQuote taken = Objects.requireNonNull(byName(quote).get(decision.chosen()));
        RunSettings settings = one.lesson().settings();
        assertThat(allowed(one, taken)).as(one.about() + ": " + taken).isTrue();
        assertThat(decision.reserveUsd()).isEqualTo(RouteRules.usd(taken).high());
        Comparator<RouteQuote> cost =
                Comparator.comparing(route -> RouteRules.usd(route).expected());
        Comparator<RouteQuote> time =
                Comparator.comparing(route -> RouteRules.seconds(route).expected());
        Comparator<RouteQuote> preferred = switch (settings.prefer()) {
            case COST -> cost;
            case TIME -> time;
            case CONTROL -> Comparator.comparing((RouteQuote route) -> !own(route));
        };
        assertThat(quote.routes())
                .filteredOn(route -> allowed(one, route))
                .as(one.about())
                .noneMatch(route -> preferred.compare(route, taken) < 0);
    }

    private static boolean own(RouteQuote route) {
        return route.provider().equals("batch") || route.provider().equals("local");
    }

    private static boolean allowed(Drawn one, RouteQuote route) {
        RunSettings settings = one.lesson().settings();
        Terms terms = Objects.requireNonNull(route.terms());
        return route.refusals().isEmpty()
                && (terms.insideAccount() || one.privacy() != Privacy.PRIVATE)
                && RouteRules.usd(route).high().compareTo(settings.maxCostUsd()) <= 0
                && RouteRules.seconds(route).expected().doubleValue() <= 5 * 86_400
                && !(settings.commercialUse() && Boolean.FALSE.equals(terms.commercialUse()))
                && (terms.endOfLife() == null
                        || terms.endOfLife()
                                .isAfter(java.time.LocalDate.parse("2026-11-22").plusMonths(settings.lifetimeMonths())))
                && !one.excluded().containsKey(route.route())
                && (route.memoryGiB() == null
                        || route.memoryGiB().compareTo(Objects.requireNonNull(route.deviceMemoryGiB())) <= 0);
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() {
        drawn().limit(20).forEach(one -> {
            Quote quote = one.quote(one.lesson());
            assertThat(Json.read(Json.write(quote), Quote.class, "quote")).isEqualTo(quote);
            Decision decision = RouteRules.choose(one.question(quote));
            assertThat(Json.read(Json.write(decision), Decision.class, "decision"))
                    .isEqualTo(decision);
        });
    }

    /// In what is written of runs, in the catalogue and in the budget, and in the records inside them.
    @Test
    void moneyIsNeverABinaryFloat() {
        Set<Class<?>> records = new HashSet<>();
        for (Class<?> root : List.of(
                Quote.class,
                Decision.class,
                Settlement.class,
                ManagedResult.class,
                RunSettings.class,
                Catalogue.class,
                Budget.Claim.class,
                Budget.Account.class,
                Actual.class)) inside(root, records);
        List<RecordComponent> money = records.stream()
                .flatMap(record -> Stream.of(record.getRecordComponents()))
                .filter(component -> component.getName().matches(".*[uU]sd.*"))
                .toList();
        assertThat(money)
                .hasSizeGreaterThan(20)
                .allSatisfy(component ->
                        assertThat(component.getType()).as(component.toString()).isIn(BigDecimal.class, Range.class));
    }

    private static void inside(Type type, Set<Class<?>> records) {
        if (type instanceof ParameterizedType generic)
            for (Type argument : generic.getActualTypeArguments()) inside(argument, records);
        if (type instanceof Class<?> record && record.isRecord() && records.add(record))
            for (RecordComponent component : record.getRecordComponents()) inside(component.getGenericType(), records);
    }
}
