package dev.tunedrop.functions.cloud.aws;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.cloud.Budget;

/// The budget in the ledger's table. Rows: `reservation#<run>`, `day#<day>` and `dataset#<dataset>`, whose `committed`
/// is reserved plus spent, so that a cap is one condition of one write. All three change in one transaction. Open
/// reservations are found by the index, ordered by their deadline.
final class DynamoBudget implements Budget {

    private static final String CONDITION_FAILED = "ConditionalCheckFailed";
    private static final String INDEX = "byTime";
    private static final String OPEN_KIND = "open-reservation";
    /// Closed at most this many of in one call; the next call finds the rest.
    private static final int MOST_EXPIRED = 100;

    private final DynamoDbClient dynamo;
    private final String table;

    DynamoBudget(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    @Override
    public boolean reserve(String runId, Claim claim) {
        boolean fits = claim.isFree()
                || (claim.amountUsd().compareTo(claim.dayCapUsd()) <= 0
                        && claim.amountUsd().compareTo(claim.datasetCapUsd()) <= 0);
        if (fits && transact(reservation(runId, claim))) return true;
        return get(reservationKey(runId)).filter(DynamoBudget::open).isPresent();
    }

    private List<TransactWriteItem> reservation(String runId, Claim claim) {
        if (claim.isFree()) return List.of(opening(runId, claim));
        return List.of(
                opening(runId, claim),
                commitment(dayKey(claim.day()), claim.amountUsd(), claim.dayCapUsd()),
                commitment(datasetKey(claim.dataset()), claim.amountUsd(), claim.datasetCapUsd()));
    }

    private TransactWriteItem opening(String runId, Claim claim) {
        Put put = Put.builder()
                .tableName(table)
                .item(new Item()
                        .with("id", reservationKey(runId))
                        .with("kind", OPEN_KIND)
                        .with("at", DynamoLedger.TIME.format(claim.deadline()))
                        .with("runId", runId)
                        .with("day", claim.day().toString())
                        .with("dataset", claim.dataset())
                        .with("amount", claim.amountUsd())
                        .with("open", true)
                        .attributes())
                .conditionExpression("attribute_not_exists(id) OR #open = :no")
                .expressionAttributeNames(Map.of("#open", "open"))
                .expressionAttributeValues(Map.of(":no", AttributeValue.fromBool(false)))
                .build();
        return TransactWriteItem.builder().put(put).build();
    }

    private TransactWriteItem commitment(String account, BigDecimal amount, BigDecimal cap) {
        return update(Update.builder()
                .tableName(table)
                .key(Item.key(account))
                .updateExpression("ADD committed :amount, reserved :amount")
                .conditionExpression("attribute_not_exists(committed) OR committed <= :room")
                .expressionAttributeValues(
                        Map.of(":amount", Item.number(amount), ":room", Item.number(cap.subtract(amount))))
                .build());
    }

    @Override
    public void settle(String runId, BigDecimal actualUsd) {
        Optional<Map<String, AttributeValue>> reservation =
                get(reservationKey(runId)).filter(DynamoBudget::open);
        if (reservation.isEmpty()) return;
        BigDecimal amount = Item.decimal(reservation.get(), "amount");
        String deadline = Item.need(reservation.get(), "at");
        // The deadline tells this reservation from a later one of the same run.
        Update closing = Update.builder()
                .tableName(table)
                .key(Item.key(reservationKey(runId)))
                .updateExpression("SET #open = :no, actual = :actual REMOVE #kind")
                .conditionExpression("#open = :yes AND #at = :deadline AND amount = :amount")
                .expressionAttributeNames(Map.of("#open", "open", "#kind", "kind", "#at", "at"))
                .expressionAttributeValues(Map.of(
                        ":no", AttributeValue.fromBool(false),
                        ":yes", AttributeValue.fromBool(true),
                        ":deadline", Item.text(deadline),
                        ":amount", Item.number(amount),
                        ":actual", Item.number(actualUsd)))
                .build();
        List<TransactWriteItem> writes = new ArrayList<>();
        writes.add(update(closing));
        writes.add(settlement(dayKey(LocalDate.parse(Item.need(reservation.get(), "day"))), amount, actualUsd));
        writes.add(settlement(datasetKey(Item.need(reservation.get(), "dataset")), amount, actualUsd));
        transact(writes);
    }

    private TransactWriteItem settlement(String account, BigDecimal amount, BigDecimal actual) {
        return update(Update.builder()
                .tableName(table)
                .key(Item.key(account))
                .updateExpression("ADD committed :difference, reserved :released, spent :actual")
                .expressionAttributeValues(Map.of(
                        ":difference", Item.number(actual.subtract(amount)),
                        ":released", Item.number(amount.negate()),
                        ":actual", Item.number(actual)))
                .build());
    }

    @Override
    public BigDecimal reserved(String runId) {
        return get(reservationKey(runId))
                .filter(DynamoBudget::open)
                .map(item -> Item.decimal(item, "amount"))
                .orElse(BigDecimal.ZERO);
    }

    @Override
    public List<String> expired(Instant now) {
        QueryRequest request = QueryRequest.builder()
                .tableName(table)
                .indexName(INDEX)
                .keyConditionExpression("kind = :open AND #at < :now")
                .expressionAttributeNames(Map.of("#at", "at"))
                .expressionAttributeValues(
                        Map.of(":open", Item.text(OPEN_KIND), ":now", Item.text(DynamoLedger.TIME.format(now))))
                .limit(MOST_EXPIRED)
                .build();
        return AwsCalls.call("the budget", () -> dynamo.query(request)).items().stream()
                .map(item -> Item.need(item, "runId"))
                .toList();
    }

    @Override
    public Account day(LocalDate day) {
        return account(dayKey(day));
    }

    @Override
    public Account dataset(String dataset) {
        return account(datasetKey(dataset));
    }

    private Account account(String key) {
        return get(key).map(item -> new Account(Item.decimal(item, "reserved"), Item.decimal(item, "spent")))
                .orElse(Account.EMPTY);
    }

    /// False when a condition did not hold. A clash with another transaction may pass.
    private boolean transact(List<TransactWriteItem> writes) {
        TransactWriteItemsRequest request =
                TransactWriteItemsRequest.builder().transactItems(writes).build();
        try {
            AwsCalls.call("the budget", () -> dynamo.transactWriteItems(request));
            return true;
        } catch (TransactionCanceledException e) {
            boolean refused = e.cancellationReasons().stream().anyMatch(r -> CONDITION_FAILED.equals(r.code()));
            if (refused) return false;
            throw new TransientFailure("the budget: " + e.getMessage(), e);
        }
    }

    private static TransactWriteItem update(Update update) {
        return TransactWriteItem.builder().update(update).build();
    }

    private Optional<Map<String, AttributeValue>> get(String id) {
        GetItemRequest request = GetItemRequest.builder()
                .tableName(table)
                .key(Item.key(id))
                .consistentRead(true)
                .build();
        Map<String, AttributeValue> item =
                AwsCalls.call("the budget", () -> dynamo.getItem(request)).item();
        return item.isEmpty() ? Optional.empty() : Optional.of(item);
    }

    private static boolean open(Map<String, AttributeValue> reservation) {
        AttributeValue open = reservation.get("open");
        return open != null && Boolean.TRUE.equals(open.bool());
    }

    private static String reservationKey(String runId) {
        return "reservation#" + runId;
    }

    private static String dayKey(LocalDate day) {
        return "day#" + day;
    }

    private static String datasetKey(String dataset) {
        return "dataset#" + dataset;
    }
}
