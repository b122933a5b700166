package dev.tunedrop.functions.cloud.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.cloud.Datasets;
import dev.tunedrop.functions.cloud.RunRecord;

/// Datasets as rows of the ledger's table: `set#<dataset>`, which the index `byTime` lists, and `request#<sum of the
/// request>`.
final class DynamoDatasets implements Datasets {

    private static final String KIND = "set";

    private final DynamoRows rows;

    DynamoDatasets(DynamoRows rows) {
        this.rows = rows;
    }

    @Override
    public Optional<Dataset> find(String dataset) {
        return rows.get(key(dataset)).map(DynamoDatasets::dataset);
    }

    @Override
    public List<Dataset> all() {
        List<Dataset> all = new ArrayList<>();
        rows.each(KIND, item -> all.add(dataset(item)));
        all.sort(Comparator.comparing(Dataset::name));
        return all;
    }

    @Override
    public void begun(RunRecord run) {
        rows.update(
                key(run.dataset()),
                "SET kind = :kind, #at = if_not_exists(#at, :at), latestRun = :run",
                null,
                Map.of(
                        ":kind", Item.text(KIND),
                        ":at", at(run.startedAt()),
                        ":run", Item.text(run.runId())),
                Map.of("#at", "at"));
    }

    @Override
    public void accepted(RunRecord run) {
        rows.update(
                key(run.dataset()),
                "SET kind = :kind, #at = if_not_exists(#at, :at), acceptedRun = :run, acceptedAt = :at",
                "attribute_not_exists(acceptedAt) OR acceptedAt <= :at",
                Map.of(
                        ":kind", Item.text(KIND),
                        ":at", at(run.startedAt()),
                        ":run", Item.text(run.runId())),
                Map.of("#at", "at"));
    }

    @Override
    public boolean claim(String dataset, @Nullable String expectedRun, String runId) {
        AttributeValue run = Item.text(runId);
        return expectedRun == null
                ? rows.update(
                        key(dataset),
                        "SET latestRun = :run",
                        "attribute_not_exists(latestRun)",
                        Map.of(":run", run),
                        Map.of())
                : rows.update(
                        key(dataset),
                        "SET latestRun = :run",
                        "latestRun = :expected",
                        Map.of(":run", run, ":expected", Item.text(expectedRun)),
                        Map.of());
    }

    @Override
    public void await(String dataset, @Nullable RetrainRequested request) {
        if (request == null) rows.update(key(dataset), "REMOVE waiting", null, Map.of(), Map.of());
        else
            rows.update(
                    key(dataset),
                    "SET waiting = :request",
                    null,
                    Map.of(":request", Item.text(Json.writeLine(request))),
                    Map.of());
    }

    @Override
    public Optional<Answer> answer(String request) {
        return rows.get(requestKey(request))
                .map(item -> new Answer(
                        Item.need(item, "request"),
                        Outcome.valueOf(Item.need(item, "outcome")),
                        Item.need(item, "dataset"),
                        Item.find(item, "runId"),
                        Item.need(item, "note"),
                        Instant.parse(Item.need(item, "answeredAt"))));
    }

    @Override
    public void answered(Answer answer) {
        rows.put(
                new Item()
                        .with("id", requestKey(answer.request()))
                        .with("request", answer.request())
                        .with("outcome", answer.outcome().name())
                        .with("dataset", answer.dataset())
                        .with("runId", answer.runId())
                        .with("note", answer.note())
                        .with("answeredAt", answer.at()),
                null,
                Map.of());
    }

    private static Dataset dataset(Map<String, AttributeValue> item) {
        String waiting = Item.find(item, "waiting");
        String id = Item.need(item, "id");
        return new Dataset(
                id.substring(key("").length()),
                Item.find(item, "latestRun"),
                Item.find(item, "acceptedRun"),
                waiting == null ? null : Json.read(waiting, RetrainRequested.class, "the row " + id));
    }

    private static AttributeValue at(Instant time) {
        return Item.text(DynamoLedger.TIME.format(time));
    }

    private static String key(String dataset) {
        return KIND + "#" + dataset;
    }

    /// A request is anybody's text, of any length.
    private static String requestKey(String request) {
        return "request#" + Sha256.of(request.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
