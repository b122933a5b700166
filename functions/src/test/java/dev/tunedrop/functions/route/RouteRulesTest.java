package dev.tunedrop.functions.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.events.run.SettingsFile;

class RouteRulesTest {

    private static RouteQuote route(String name, boolean spot, String usd, String seconds, String... refusals) {
        return new RouteQuote(
                name,
                "batch",
                "qlora",
                name,
                spot,
                List.of(refusals),
                range(usd),
                range(seconds),
                null,
                BigDecimal.ONE,
                BigDecimal.TEN,
                null,
                null,
                null,
                null);
    }

    private static Range range(String expected) {
        BigDecimal middle = new BigDecimal(expected);
        return new Range(middle.divide(new BigDecimal(2)), middle, middle.multiply(new BigDecimal(2)));
    }

    private static final Quote QUOTE = new Quote(
            "run",
            Instant.EPOCH,
            LocalDate.EPOCH,
            false,
            List.of(
                    route("cheap-spot", true, "1", "900"),
                    route("steady", false, "2", "900"),
                    route("fast", false, "9", "100"),
                    route("dear", false, "80", "50"),
                    route("small", false, "0.5", "900", "needs 30.0 GiB, has 22.4")),
            null,
            null);

    private static RunSettings settings(String json) {
        return SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "tune.json");
    }

    private static Decision choose(String settings) {
        return RouteRules.choose(new RouteRules.Question(
                QUOTE,
                settings(settings),
                new DatasetFacts(Privacy.PRIVATE, Map.of()),
                Map.of(),
                Map.of(),
                null,
                false));
    }

    @Test
    void thePreferenceDecidesAmongPossibleRoutes() {
        assertThat(choose("{\"prefer\":\"cost\"}").chosen()).isEqualTo("cheap-spot");
        assertThat(choose("{\"prefer\":\"time\"}").chosen()).isEqualTo("fast");
        assertThat(choose("{\"prefer\":\"control\"}").chosen()).isEqualTo("steady");
    }

    @Test
    void everyRouteNotTakenHasAReason() {
        Decision decision = choose("{}");
        assertThat(decision.notTaken())
                .extracting(Decision.NotTaken::route)
                .containsExactlyInAnyOrder("steady", "fast", "dear", "small");
        assertThat(decision.notTaken()).allSatisfy(n -> assertThat(n.reason()).isNotBlank());
        assertThat(decision.notTaken())
                .anyMatch(n -> n.route().equals("dear") && n.reason().contains("cap is $50.00"));
    }

    @Test
    void aCapThatIsMissedByLessThanACentIsToldInAllDigits() {
        assertThat(choose("{\"maxCostUsd\":159.9999}").notTaken())
                .anyMatch(not -> not.reason().equals("may cost up to $160, the drop's cap is $159.9999"));
    }

    @Test
    void whatIsReservedIsTheHighEstimate() {
        assertThat(choose("{}").reserveUsd()).isEqualByComparingTo("2");
    }

    @Test
    void aPersonIsAskedOnlyAboveTheThreshold() {
        assertThat(choose("{\"approvalAboveUsd\":1}").needsApproval()).isFalse();
        assertThat(choose("{\"approvalAboveUsd\":0.99}").needsApproval()).isTrue();
    }

    @Test
    void withACapBelowEveryRouteNothingIsChosen() {
        Decision decision = choose("{\"maxCostUsd\":0.1}");
        assertThat(decision.chosen()).isNull();
        assertThat(decision.notTaken()).hasSize(5);
        assertThat(decision.reserveUsd()).isZero();
    }
}
