package dev.tunedrop.functions.cloud.aws;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.cloud.Budget;

/// The budget in the ledger's table. Rows: `reservation#<run>` and `day#<day>`, whose `committed` is reserved plus
/// spent, so that the cap is one condition of one write. Both rows change in one transaction.
final class DynamoBudget implements Budget {

    private static final String CONDITION_FAILED = "ConditionalCheckFailed";

    private final DynamoDbClient dynamo;
    private final String table;

    DynamoBudget(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    @Override
    public boolean reserve(String runId, LocalDate day, BigDecimal amountUsd, BigDecimal capUsd) {
        if (amountUsd.compareTo(capUsd) > 0)
            return get(reservationKey(runId)).filter(DynamoBudget::open).isPresent();
        Put reservation = Put.builder()
                .tableName(table)
                .item(new Item()
                        .with("id", reservationKey(runId))
                        .with("day", day.toString())
                        .with("amount", amountUsd)
                        .with("open", true)
                        .attributes())
                .conditionExpression("attribute_not_exists(id) OR #open = :no")
                .expressionAttributeNames(Map.of("#open", "open"))
                .expressionAttributeValues(Map.of(":no", AttributeValue.fromBool(false)))
                .build();
        Update commitment = Update.builder()
                .tableName(table)
                .key(Item.key(dayKey(day)))
                .updateExpression("ADD committed :amount, reserved :amount")
                .conditionExpression("attribute_not_exists(committed) OR committed <= :room")
                .expressionAttributeValues(Map.of(
                        ":amount", Item.number(amountUsd),
                        ":room", Item.number(capUsd.subtract(amountUsd))))
                .build();
        if (write(reservation, commitment)) return true;
        return get(reservationKey(runId)).filter(DynamoBudget::open).isPresent();
    }

    @Override
    public void settle(String runId, BigDecimal actualUsd) {
        Optional<Map<String, AttributeValue>> reservation =
                get(reservationKey(runId)).filter(DynamoBudget::open);
        if (reservation.isEmpty()) return;
        BigDecimal amount = Item.decimal(reservation.get(), "amount");
        LocalDate day = LocalDate.parse(Item.need(reservation.get(), "day"));
        Update closing = Update.builder()
                .tableName(table)
                .key(Item.key(reservationKey(runId)))
                .updateExpression("SET #open = :no, actual = :actual")
                .conditionExpression("#open = :yes")
                .expressionAttributeNames(Map.of("#open", "open"))
                .expressionAttributeValues(Map.of(
                        ":no", AttributeValue.fromBool(false),
                        ":yes", AttributeValue.fromBool(true),
                        ":actual", Item.number(actualUsd)))
                .build();
        Update total = Update.builder()
                .tableName(table)
                .key(Item.key(dayKey(day)))
                .updateExpression("ADD committed :difference, reserved :released, spent :actual")
                .expressionAttributeValues(Map.of(
                        ":difference", Item.number(actualUsd.subtract(amount)),
                        ":released", Item.number(amount.negate()),
                        ":actual", Item.number(actualUsd)))
                .build();
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(
                        TransactWriteItem.builder().update(closing).build(),
                        TransactWriteItem.builder().update(total).build())
                .build();
        transact(request);
    }

    @Override
    public BigDecimal reserved(String runId) {
        return get(reservationKey(runId))
                .filter(DynamoBudget::open)
                .map(item -> Item.decimal(item, "amount"))
                .orElse(BigDecimal.ZERO);
    }

    @Override
    public Day day(LocalDate day) {
        return get(dayKey(day))
                .map(item -> new Day(Item.decimal(item, "reserved"), Item.decimal(item, "spent")))
                .orElse(Day.EMPTY);
    }

    private boolean write(Put put, Update update) {
        return transact(TransactWriteItemsRequest.builder()
                .transactItems(
                        TransactWriteItem.builder().put(put).build(),
                        TransactWriteItem.builder().update(update).build())
                .build());
    }

    /// False when a condition did not hold. A clash with another transaction may pass.
    private boolean transact(TransactWriteItemsRequest request) {
        try {
            AwsCalls.call("the budget", () -> dynamo.transactWriteItems(request));
            return true;
        } catch (TransactionCanceledException e) {
            boolean refused = e.cancellationReasons().stream().anyMatch(r -> CONDITION_FAILED.equals(r.code()));
            if (refused) return false;
            throw new TransientFailure("the budget: " + e.getMessage(), e);
        }
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
}
