package dev.tunedrop.functions.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Decision.NotTaken;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.Terms;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.quote.Catalogue;

/// Which routes may be taken, what a named route and a plan do, and that private data stays where it is.
class EligibilityTest {

    private static final String TRIPWIRE = "tripwire/model";
    private static final String OWN = "batch/g6e.xlarge/on-demand";

    private static Range range(String expected) {
        BigDecimal middle = new BigDecimal(expected);
        return new Range(middle, middle, middle);
    }

    private static Terms terms(boolean inside, @Nullable LocalDate end, @Nullable Boolean commercial) {
        return new Terms(
                "model",
                inside,
                "openai-sft",
                List.of("us-east-1"),
                "a licence",
                commercial,
                end,
                List.of(),
                "s",
                LocalDate.EPOCH,
                "kind",
                null,
                null);
    }

    private static RouteQuote route(String name, String usd, @Nullable Terms terms, @Nullable Long breakEven) {
        return new RouteQuote(
                name,
                name.substring(0, name.indexOf('/')),
                "sft",
                "x",
                false,
                List.of(),
                range(usd),
                range("100"),
                new BigDecimal("5"),
                null,
                null,
                null,
                terms,
                breakEven,
                null);
    }

    private static Decision choose(
            String settings,
            @Nullable Privacy privacy,
            Map<String, String> refusedBy,
            Map<String, String> excluded,
            boolean answering,
            RouteQuote... routes) {
        Quote quote = new Quote(
                "run", Instant.parse("2026-11-22T00:00:00Z"), LocalDate.EPOCH, false, List.of(routes), null, null);
        RunSettings run = SettingsFile.read(settings.getBytes(StandardCharsets.UTF_8), "tune.json");
        return RouteRules.choose(new RouteRules.Question(
                quote, run, new DatasetFacts(privacy, refusedBy), excluded, Map.of(), null, answering));
    }

    private static final RouteQuote MANAGED = route("openai/m", "1", terms(false, null, true), 5_000_000L);
    private static final RouteQuote BATCH = route(OWN, "9", terms(true, null, true), null);

    private static Decision publicly(String settings, RouteQuote... routes) {
        return choose(settings, Privacy.PUBLIC, Map.of(), Map.of(), false, routes);
    }

    private static String whyNot(Decision decision, String route) {
        return decision.notTaken().stream()
                .filter(not -> not.route().equals(route))
                .map(NotTaken::reason)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aServiceThatIsNotSetUpIsRefusedWithWhatIsMissing() {
        Quote quote = new Quote(
                "run",
                Instant.parse("2026-11-22T00:00:00Z"),
                LocalDate.EPOCH,
                false,
                List.of(MANAGED, BATCH),
                null,
                null);
        Decision decision = RouteRules.choose(new RouteRules.Question(
                quote,
                SettingsFile.defaults(),
                new DatasetFacts(Privacy.PUBLIC, Map.of()),
                Map.of(),
                Map.of("openai", "no role is configured for it; set X"),
                null,
                false));
        assertThat(decision.chosen()).isEqualTo(OWN);
        assertThat(whyNot(decision, "openai/m"))
                .isEqualTo("openai is not set up here: no role is configured for it; set X");
        assertThat(decision.reasons())
                .contains("the only route that can be taken here", "possible too, once set up: openai");
    }

    /// Services of the account are asked in the region that the functions run in.
    @Test
    void aServiceOfTheAccountIsRefusedWhereItIsNotOffered() {
        RouteQuote nova = route("bedrock/nova", "1", terms(true, null, true), null);
        assertThat(whyNot(in("eu-central-1", nova, MANAGED, BATCH), "bedrock/nova"))
                .isEqualTo("it is offered in us-east-1, and this installation orders in eu-central-1");
        assertThat(in("eu-central-1", MANAGED).chosen()).isEqualTo("openai/m");
        assertThat(in("eu-central-1", BATCH).chosen()).isEqualTo(OWN);
        assertThat(in("us-east-1", nova).chosen()).isEqualTo("bedrock/nova");
    }

    /// Our own jobs run where the installation is, whatever region their price is of.
    @Test
    void ourOwnTrainingStaysInTheRegionOfTheInstallation() {
        assertThat(in("eu-central-1", "{\"region\":\"eu-central-1\"}", BATCH).chosen())
                .isEqualTo(OWN);
        assertThat(in("eu-central-1", "{\"region\":\"eu-central-1\"}", BATCH).reasons())
                .anyMatch(reason -> reason.contains("Its price is of us-east-1, and it is rented in eu-central-1"));
        assertThat(whyNot(in("eu-central-1", "{\"region\":\"us-east-1\"}", BATCH), OWN))
                .isEqualTo("this installation trains in eu-central-1, not in us-east-1");
        assertThat(in("us-east-1", "{}", BATCH).reasons()).noneMatch(reason -> reason.contains("refresh-prices"));
    }

    @Test
    void aRouteThatWouldOutlastTheLongestJobIsNotTakenHoweverCheap() {
        RouteQuote year = new RouteQuote(
                OWN,
                "batch",
                "sft",
                "x",
                false,
                List.of(),
                range("0"),
                range("31536000"),
                null,
                null,
                null,
                null,
                terms(true, null, true),
                null,
                null);
        Decision decision = publicly("{}", year, MANAGED);
        assertThat(decision.chosen()).isEqualTo("openai/m");
        assertThat(whyNot(decision, OWN)).startsWith("would take about 365.0 days, and a job is ended after 5.0 days");
    }

    @Test
    void aRouteAsDearAndSlowerSaysSo() {
        RouteQuote twin = new RouteQuote(
                "batch/twin/on-demand",
                "batch",
                "sft",
                "x",
                false,
                List.of(),
                range("9"),
                range("200"),
                null,
                null,
                null,
                null,
                terms(true, null, true),
                null,
                null);
        assertThat(whyNot(publicly("{}", twin, BATCH), "batch/twin/on-demand"))
                .isEqualTo("as dear, expected 3 min against 2 min");
        RouteQuote nearly = new RouteQuote(
                "batch/twin/on-demand",
                "batch",
                "sft",
                "x",
                false,
                List.of(),
                range("9.0001"),
                range("100"),
                null,
                null,
                null,
                null,
                terms(true, null, true),
                null,
                null);
        assertThat(whyNot(publicly("{}", nearly, BATCH), "batch/twin/on-demand"))
                .isEqualTo("expected $9.0001 against $9");
    }

    private static Decision in(String here, RouteQuote... routes) {
        return in(here, "{}", routes);
    }

    private static Decision in(String here, String settings, RouteQuote... routes) {
        Quote quote = new Quote(
                "run", Instant.parse("2026-11-22T00:00:00Z"), LocalDate.EPOCH, false, List.of(routes), null, null);
        return RouteRules.choose(new RouteRules.Question(
                quote,
                SettingsFile.read(settings.getBytes(StandardCharsets.UTF_8), "tune.json"),
                new DatasetFacts(Privacy.PUBLIC, Map.of()),
                Map.of(),
                Map.of(),
                here,
                false));
    }

    @Test
    void aModelThatIsGoneIsRefusedForThatBeforeAnythingThatCouldBeMended() {
        Catalogue.Managed row = Catalogue.load().managed().rows().stream()
                .filter(model -> model.model().startsWith("anthropic.claude-3-haiku"))
                .findFirst()
                .orElseThrow();
        RouteQuote priced = route(row.route(), "1", terms(row.insideAccount(), row.endOfLife(), true), null);
        RouteQuote claude = new RouteQuote(
                priced.route(),
                priced.provider(),
                priced.method(),
                row.title(),
                false,
                List.of("cannot be priced"),
                null,
                null,
                null,
                null,
                null,
                null,
                priced.terms(),
                null,
                null);
        assertThat(row.trainingUsdPerMillion()).as("it has no price either").isNull();
        assertThat(whyNot(publicly("{}", claude, BATCH), claude.route()))
                .isEqualTo("the model is gone since 2026-09-10");
    }

    @Test
    void privateOrUnknownDataNeverReachesAProviderOutsideTheAccount() {
        Random random = new Random(20261122);
        int offered = 0;
        for (int i = 0; i < 500; i++) {
            Privacy privacy = random.nextBoolean() ? Privacy.PRIVATE : null;
            List<RouteQuote> routes = new ArrayList<>();
            // The trap is always the cheapest and fastest; its terms may be missing altogether.
            Terms outside = random.nextInt(4) == 0 ? null : terms(false, null, random.nextBoolean() ? true : null);
            routes.add(route(TRIPWIRE, "0", outside, random.nextBoolean() ? 1L : null));
            if (random.nextBoolean()) routes.add(BATCH);
            if (random.nextBoolean()) routes.add(route("bedrock/nova", "2", terms(true, null, true), null));
            java.util.Collections.shuffle(routes, random);
            String settings = "{\"prefer\":\"%s\",\"plan\":\"%s\"%s,\"privacy\":\"%s\",\"maxCostUsd\":%d}"
                    .formatted(
                            List.of("cost", "time", "control").get(random.nextInt(3)),
                            random.nextBoolean() ? "direct" : "prototype-then-own",
                            random.nextBoolean() ? ",\"route\":\"" + TRIPWIRE + "\"" : "",
                            List.of("private", "internal", "public").get(random.nextInt(3)),
                            1 + random.nextInt(100));
            Decision decision = choose(
                    settings, privacy, Map.of(), Map.of(), random.nextBoolean(), routes.toArray(RouteQuote[]::new));
            assertThat(decision.chosen()).as("case %d: %s", i, settings).isNotEqualTo(TRIPWIRE);
            assertThat(whyNot(decision, TRIPWIRE)).contains("account");
            if (decision.chosen() != null) offered++;
        }
        assertThat(offered).as("cases in which another route was taken").isGreaterThan(100);
        assertThat(publicly("{}", route(TRIPWIRE, "0", terms(false, null, true), null))
                        .chosen())
                .as("the trap can be stepped on")
                .isEqualTo(TRIPWIRE);
    }

    @Test
    void whatTheReportFindsMakesTheSettingStricterNeverLaxer() {
        assertThat(Privacy.values())
                .as("strictest first")
                .containsExactly(Privacy.PRIVATE, Privacy.INTERNAL, Privacy.PUBLIC);
    }

    @Test
    void aModelThatEndsWithinTheWantedLifetimeIsRefusedWithTheDay() {
        RouteQuote ending = route("openai/m", "1", terms(false, LocalDate.parse("2027-01-14"), true), null);
        assertThat(whyNot(publicly("{}", ending, BATCH), "openai/m"))
                .contains("2027-01-14")
                .contains("12 months");
        assertThat(publicly("{\"lifetimeMonths\":1}", ending, BATCH).chosen()).isEqualTo("openai/m");
        RouteQuote gone = route("openai/m", "1", terms(false, LocalDate.parse("2026-10-23"), true), null);
        assertThat(whyNot(publicly("{\"lifetimeMonths\":0}", gone, BATCH), "openai/m"))
                .contains("gone since");
    }

    @Test
    void aResearchLicenceForbidsCommercialUseOnly() {
        RouteQuote research = route("batch/large", "1", terms(true, null, false), null);
        assertThat(whyNot(publicly("{}", research, BATCH), "batch/large")).contains("commercialUse");
        assertThat(publicly("{\"commercialUse\":false}", research, BATCH).chosen())
                .isEqualTo("batch/large");
    }

    @Test
    void aDatasetThatATargetRefusesDoesNotGoThere() {
        Decision decision =
                choose("{}", Privacy.PUBLIC, Map.of("openai-sft", "fewer than 10 rows"), Map.of(), false, MANAGED);
        assertThat(decision.chosen()).isNull();
        assertThat(whyNot(decision, "openai/m")).contains("fewer than 10 rows");
    }

    @Test
    void aRegionThatIsNotOfferedIsRefused() {
        assertThat(whyNot(publicly("{\"region\":\"eu-central-1\"}", MANAGED), "openai/m"))
                .isEqualTo("it is offered in us-east-1, not in eu-central-1");
        assertThat(publicly("{\"region\":\"us-east-1\"}", MANAGED).chosen()).isEqualTo("openai/m");
    }

    @Test
    void aRouteThatItsProviderRefusedForGoodIsNotChosenAgain() {
        Decision decision =
                choose("{}", Privacy.PUBLIC, Map.of(), Map.of("openai/m", "not available"), false, MANAGED, BATCH);
        assertThat(decision.chosen()).isEqualTo(OWN);
        assertThat(whyNot(decision, "openai/m")).contains("not available");
    }

    @Test
    void aNamedRouteIsTakenThoughItIsDearerAndIsExplainedWhereItCannotBe() {
        assertThat(publicly("{\"route\":\"batch/g6e.xlarge\"}", MANAGED, BATCH).chosen())
                .isEqualTo(OWN);
        Decision refused = publicly("{\"route\":\"nobody/else\"}", MANAGED, BATCH);
        assertThat(refused.chosen()).isEqualTo("openai/m");
        assertThat(refused.reasons()).anyMatch(reason -> reason.contains("there is no such route"));
    }

    @Test
    void controlPrefersWhatIsOurs() {
        assertThat(publicly("{\"prefer\":\"control\"}", MANAGED, BATCH).chosen())
                .isEqualTo(OWN);
        assertThat(publicly("{\"prefer\":\"cost\"}", MANAGED, BATCH).chosen()).isEqualTo("openai/m");
    }

    @Test
    void thePlanStartsManagedAndMovesWithALaterDropOrWithTraffic() {
        String plan = "{\"plan\":\"prototype-then-own\",\"monthlyTokens\":%d}";
        RouteQuote free = route(OWN, "0", terms(true, null, true), null);
        Decision first = publicly(plan.formatted(1000), MANAGED, free);
        assertThat(first.chosen()).isEqualTo("openai/m");
        assertThat(first.reasons()).anyMatch(r -> r.startsWith("managed: ")).anyMatch(r -> r.startsWith("own: "));
        assertThat(publicly(plan.formatted(5_000_000), MANAGED, BATCH).chosen()).isEqualTo(OWN);
        assertThat(choose(plan.formatted(1000), Privacy.PUBLIC, Map.of(), Map.of(), true, MANAGED, BATCH)
                        .chosen())
                .isEqualTo(OWN);
        assertThat(choose(plan.formatted(1000), Privacy.PRIVATE, Map.of(), Map.of(), false, MANAGED, BATCH)
                        .chosen())
                .isEqualTo(OWN);
    }
}
