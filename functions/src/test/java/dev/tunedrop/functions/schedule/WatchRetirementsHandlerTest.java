package dev.tunedrop.functions.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.path.AnsweringEndpoints;
import dev.tunedrop.functions.quote.Catalogue;

/// Who is told that a base goes away, and how often.
class WatchRetirementsHandlerTest {

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryBus bus = new MemoryBus();
    private final MemoryObjects drops = new MemoryObjects("drops");
    private final MemoryObjects artefacts = new MemoryObjects("artefacts");
    private final Catalogue.Managed ending = Catalogue.load().managed().rows().stream()
            .filter(row -> row.endOfLife() != null)
            .findFirst()
            .orElseThrow();

    private LocalDate end() {
        LocalDate end = ending.endOfLife();
        assertThat(end).isNotNull();
        return java.util.Objects.requireNonNull(end);
    }

    private List<String> told(LocalDate today) {
        MemoryObjects none = new MemoryObjects("x");
        Cloud cloud = new Cloud(
                drops,
                artefacts,
                none,
                ledger,
                new MemoryBudget(),
                new MemoryExecutions(),
                bus,
                new AnsweringEndpoints(1),
                new MemoryMetrics());
        Instant noon = today.atTime(12, 0).toInstant(ZoneOffset.UTC);
        return new WatchRetirementsHandler(cloud, Clock.fixed(noon, ZoneOffset.UTC))
                .handle(new Tick(null))
                .endpoints();
    }

    private void live(String endpoint, String base) {
        DropRef drop = new DropRef("drops", endpoint + "/x.jsonl", "v1", 7);
        ledger.begin(RunRecord.begun(drop, "0A", Instant.EPOCH));
        ledger.moveAlias(
                endpoint, null, new Alias(endpoint, drop.runId(), "c", base, "uri", "sum", null, null, Instant.EPOCH));
    }

    @Test
    void aModelWhoseBaseEndsSoonIsToldOnceByNameAndDay() {
        live("triage", ending.provider() + "/" + ending.model());
        live("notes", "llama-3.1-8b");
        LocalDate sixtyDaysBefore = end().minusDays(60);
        assertThat(told(sixtyDaysBefore.minusDays(1))).isEmpty();
        assertThat(told(sixtyDaysBefore)).containsExactly("triage");
        assertThat(told(sixtyDaysBefore.plusDays(1))).isEmpty();
        assertThat(bus.events()).singleElement().isInstanceOfSatisfying(RetrainRequested.class, event -> {
            assertThat(event.dataset()).isEqualTo("triage");
            assertThat(event.cause()).isEqualTo(RetrainRequested.Cause.BASE_RETIREMENT);
            assertThat(event.note()).contains(ending.model(), end().toString(), "tune.json");
        });
    }

    @Test
    void aDatasetWhoseNextBaseIsNamedIsAskedForOnThatBase() {
        live("triage", ending.provider() + "/" + ending.model());
        drops.put(
                "triage/tune.json",
                "{\"retrain\":{\"onRetirement\":\"llama-4\"}}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "application/json");
        told(end());
        assertThat(bus.events()).singleElement().isInstanceOfSatisfying(RetrainRequested.class, event -> {
            assertThat(event.base()).isEqualTo("llama-4");
            assertThat(event.note()).contains(end().toString(), "tune.json names llama-4 as the next");
            assertThat(event.request()).startsWith("retirement ").endsWith(end().toString());
        });
    }

    @Test
    void theBaseThatGoesAwayIsNoNextOneAndWithoutOneThatCanBeReadPeopleAreTold() {
        String base = ending.provider() + "/" + ending.model();
        live("triage", base);
        live("notes", base);
        drops.put(
                "triage/tune.json",
                "{\"retrain\":{\"onRetirement\":\"%s\"}}"
                        .formatted(base)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "application/json");
        drops.put("notes/tune.json", "{".getBytes(java.nio.charset.StandardCharsets.UTF_8), "application/json");
        assertThat(told(end())).containsExactlyInAnyOrder("triage", "notes");
        assertThat(bus.events())
                .hasSize(2)
                .allSatisfy(
                        event -> assertThat(((RetrainRequested) event).base()).isNull());
    }

    @Test
    void aModelThatIsPublishedOnABasePastItsEndIsToldToo() {
        live("late", ending.provider() + "/" + ending.model());
        assertThat(told(end().plusDays(30))).containsExactly("late");
    }

    @Test
    void theOperatorsOwnTableCounts() {
        live("notes", "llama-3.1-8b");
        artefacts.put(
                "catalogue/bases.json", """
                {"staleAfterDays":90,"rows":[{"id":"llama-3.1-8b","repository":"r","architecture":"llama","config":{},
                 "licence":"l","commercialUse":true,"endOfLife":"2027-01-01","absent":{},"source":"own list","asOf":"2026-11-21"}]}
                """.getBytes(java.nio.charset.StandardCharsets.UTF_8), "application/json");
        assertThat(told(LocalDate.parse("2026-12-01"))).containsExactly("notes");
    }
}
