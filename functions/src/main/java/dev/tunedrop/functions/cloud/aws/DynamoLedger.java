package dev.tunedrop.functions.cloud.aws;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Datasets;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.RunRecord;

/// The ledger as one table. Rows: `run#<run>`, `newest#<bucket>/<key>`, `alias#<endpoint>`,
/// `actual#<kind>#<run>`; index `byTime` lists runs, aliases, and what runs of a kind took. [DynamoDatasets] has more.
/// Rows are kept for good: Step Functions lets a name be used again after 90 days, the ledger does not.
final class DynamoLedger implements Ledger {

    private static final String RUN_KIND = "run";
    private static final String ALIAS_KIND = "alias";
    private static final int MOST_ALIASES = 1000;
    private static final int TRIES = 16;
    /// Always nine digits of a second, so that the index orders times as text.
    static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter(java.util.Locale.ROOT);

    private final DynamoRows rows;
    private final Datasets datasets;

    DynamoLedger(DynamoDbClient dynamo, String table) {
        this.rows = new DynamoRows(dynamo, table);
        this.datasets = new DynamoDatasets(rows);
    }

    @Override
    public Datasets datasets() {
        return datasets;
    }

    @Override
    public boolean begin(RunRecord run) {
        Item item = new Item()
                .with("id", runKey(run.runId()))
                .with("kind", RUN_KIND)
                .with("at", TIME.format(run.startedAt()))
                .with("runId", run.runId())
                .with("bucket", run.drop().bucket())
                .with("key", run.drop().key())
                .with("version", run.drop().version())
                .with("sizeBytes", BigDecimal.valueOf(run.drop().sizeBytes()))
                .with("sequencer", run.sequencer())
                .with("state", run.state().name())
                .with("executionStarted", run.executionStarted())
                .with("retrain", run.retrain() == null ? null : Json.writeLine(run.retrain()));
        return rows.put(item, "attribute_not_exists(id)", Map.of());
    }

    @Override
    public Optional<RunRecord> find(String runId) {
        return rows.get(runKey(runId)).map(DynamoLedger::run);
    }

    @Override
    public void executionStarted(String runId) {
        rows.update(
                runKey(runId),
                "SET executionStarted = :yes",
                "attribute_exists(id)",
                Map.of(":yes", AttributeValue.fromBool(true)),
                Map.of());
    }

    @Override
    public String noteNewest(RunRecord run) {
        String id = newestKey(run.drop().bucket(), run.drop().key());
        for (int i = 0; i < TRIES; i++) {
            String known = rows.get(id).map(item -> Item.need(item, "runId")).orElse(null);
            Optional<RunRecord> other = known == null ? Optional.empty() : find(known);
            if (known != null && other.isPresent() && !run.newerThan(other.get())) return known;
            Item item = new Item().with("id", id).with("runId", run.runId());
            boolean written = known == null
                    ? rows.put(item, "attribute_not_exists(id)", Map.of())
                    : rows.put(item, "runId = :known", Map.of(":known", Item.text(known)));
            if (written) return run.runId();
        }
        throw new IllegalStateException("too many drops of one key at once; the event will be delivered again");
    }

    @Override
    public Optional<String> newestOf(String bucket, String key) {
        return rows.get(newestKey(bucket, key)).map(item -> Item.need(item, "runId"));
    }

    private static String newestKey(String bucket, String key) {
        return "newest#" + bucket + "/" + key;
    }

    @Override
    public void awaitApproval(String runId, String taskToken) {
        rows.update(
                runKey(runId),
                "SET #state = :waiting, taskToken = :token",
                "#state IN (:running, :waiting)",
                Map.of(
                        ":waiting", Item.text(RunState.AWAITING_APPROVAL.name()),
                        ":running", Item.text(RunState.RUNNING.name()),
                        ":token", Item.text(taskToken)),
                Map.of("#state", "state"));
    }

    @Override
    public void resume(String runId) {
        rows.update(
                runKey(runId),
                "SET #state = :running REMOVE taskToken",
                "#state IN (:running, :waiting)",
                Map.of(
                        ":waiting", Item.text(RunState.AWAITING_APPROVAL.name()),
                        ":running", Item.text(RunState.RUNNING.name())),
                Map.of("#state", "state"));
    }

    @Override
    public boolean end(String runId, RunState terminal, @Nullable String reason, Instant at) {
        if (!terminal.terminal()) throw new IllegalArgumentException(terminal + " is not an end");
        return rows.update(
                runKey(runId),
                "SET #state = :end, endedAt = :at, reason = :reason REMOVE taskToken",
                "#state IN (:running, :waiting)",
                Map.of(
                        ":end", Item.text(terminal.name()),
                        ":at", Item.text(at.toString()),
                        ":reason", reason == null ? AttributeValue.fromNul(true) : Item.text(reason),
                        ":waiting", Item.text(RunState.AWAITING_APPROVAL.name()),
                        ":running", Item.text(RunState.RUNNING.name())),
                Map.of("#state", "state"));
    }

    @Override
    public List<RunRecord> newest(int limit) {
        return rows.query(RUN_KIND, limit).stream().map(DynamoLedger::run).toList();
    }

    @Override
    public Optional<Alias> alias(String endpoint) {
        return rows.get(aliasKey(endpoint)).map(DynamoLedger::alias);
    }

    @Override
    public List<Alias> aliases() {
        return rows.query(ALIAS_KIND, MOST_ALIASES).stream()
                .map(DynamoLedger::alias)
                .toList();
    }

    private static Alias alias(Map<String, AttributeValue> item) {
        return new Alias(
                Item.need(item, "id").substring(aliasKey("").length()),
                Item.need(item, "runId"),
                Item.need(item, "component"),
                Item.need(item, "base"),
                Item.need(item, "adapterUri"),
                Item.need(item, "adapterSha256"),
                Item.find(item, "previousRun"),
                Item.find(item, "previousComponent"),
                Instant.parse(Item.need(item, "movedAt")));
    }

    @Override
    public boolean moveAlias(String endpoint, @Nullable String expectedRun, Alias next) {
        Item item = new Item()
                .with("id", aliasKey(endpoint))
                .with("kind", ALIAS_KIND)
                .with("at", TIME.format(next.at()))
                .with("runId", next.runId())
                .with("component", next.component())
                .with("base", next.base())
                .with("adapterUri", next.adapterUri())
                .with("adapterSha256", next.adapterSha256())
                .with("previousRun", next.previousRun())
                .with("previousComponent", next.previousComponent())
                .with("movedAt", next.at());
        return expectedRun == null
                ? rows.put(item, "attribute_not_exists(id)", Map.of())
                : rows.put(item, "runId = :expected", Map.of(":expected", Item.text(expectedRun)));
    }

    @Override
    public void noteActual(Actual actual) {
        Item item = new Item()
                .with("id", actualKind(actual.kind()) + "#" + actual.runId())
                .with("kind", actualKind(actual.kind()))
                .with("at", TIME.format(actual.at()))
                .with("runId", actual.runId())
                .with("estimatedSeconds", BigDecimal.valueOf(actual.estimatedSeconds()))
                .with("quotedSeconds", BigDecimal.valueOf(actual.quotedSeconds()))
                .with("actualSeconds", BigDecimal.valueOf(actual.actualSeconds()))
                .with("estimatedUsd", actual.estimatedUsd())
                .with("actualUsd", actual.actualUsd());
        rows.put(item, "attribute_not_exists(id)", Map.of());
    }

    @Override
    public List<Actual> actuals(String kind) {
        return rows.query(actualKind(kind), Actual.REMEMBERED).stream()
                .map(item -> new Actual(
                        kind,
                        Item.need(item, "runId"),
                        Instant.parse(Item.need(item, "at")),
                        Item.decimal(item, "estimatedSeconds").doubleValue(),
                        Item.decimal(item, "quotedSeconds").doubleValue(),
                        Item.decimal(item, "actualSeconds").doubleValue(),
                        Item.decimal(item, "estimatedUsd"),
                        Item.decimal(item, "actualUsd")))
                .toList();
    }

    private static String actualKind(String kind) {
        return "actual#" + kind;
    }

    private static RunRecord run(Map<String, AttributeValue> item) {
        String ended = Item.find(item, "endedAt");
        String retrain = Item.find(item, "retrain");
        AttributeValue started = item.get("executionStarted");
        return new RunRecord(
                Item.need(item, "runId"),
                new DropRef(
                        Item.need(item, "bucket"),
                        Item.need(item, "key"),
                        Item.need(item, "version"),
                        Item.decimal(item, "sizeBytes").longValue()),
                Item.need(item, "sequencer"),
                RunState.valueOf(Item.need(item, "state")),
                started != null && Boolean.TRUE.equals(started.bool()),
                Instant.parse(Item.need(item, "at")),
                ended == null ? null : Instant.parse(ended),
                Item.find(item, "reason"),
                Item.find(item, "taskToken"),
                retrain == null ? null : Json.read(retrain, Retrain.class, Item.need(item, "id")));
    }

    private static String runKey(String runId) {
        return "run#" + runId;
    }

    private static String aliasKey(String endpoint) {
        return "alias#" + endpoint;
    }
}
