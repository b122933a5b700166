package dev.tunedrop.functions.cloud.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/// Rows of one table: read as they are now, written on a condition, listed by kind.
final class DynamoRows {

    private static final String INDEX = "byTime";

    private final DynamoDbClient dynamo;
    private final String table;

    DynamoRows(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    Optional<Map<String, AttributeValue>> get(String id) {
        GetItemRequest request = GetItemRequest.builder()
                .tableName(table)
                .key(Item.key(id))
                .consistentRead(true)
                .build();
        Map<String, AttributeValue> item =
                AwsCalls.call("the ledger", () -> dynamo.getItem(request)).item();
        return item.isEmpty() ? Optional.empty() : Optional.of(item);
    }

    /// @param condition absent: whatever is there
    /// @return false where the condition does not hold
    boolean put(Item item, @Nullable String condition, Map<String, AttributeValue> values) {
        PutItemRequest request = PutItemRequest.builder()
                .tableName(table)
                .item(item.attributes())
                .conditionExpression(condition)
                .expressionAttributeValues(values.isEmpty() ? null : values)
                .build();
        try {
            AwsCalls.call("the ledger", () -> dynamo.putItem(request));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /// @param condition absent: whatever is there
    /// @return false where the condition does not hold
    boolean update(
            String id,
            String update,
            @Nullable String condition,
            Map<String, AttributeValue> values,
            Map<String, String> names) {
        UpdateItemRequest request = UpdateItemRequest.builder()
                .tableName(table)
                .key(Item.key(id))
                .updateExpression(update)
                .conditionExpression(condition)
                .expressionAttributeValues(values.isEmpty() ? null : values)
                .expressionAttributeNames(names.isEmpty() ? null : names)
                .build();
        try {
            AwsCalls.call("the ledger", () -> dynamo.updateItem(request));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /// Rows of a kind, newest first.
    List<Map<String, AttributeValue>> query(String kind, int limit) {
        QueryRequest request = byKind(kind).limit(limit).build();
        return AwsCalls.call("the ledger", () -> dynamo.query(request)).items();
    }

    /// Hands over every row of a kind, newest first, a page at a time.
    void each(String kind, Consumer<Map<String, AttributeValue>> row) {
        Map<String, AttributeValue> after = Map.of();
        do {
            QueryRequest request = byKind(kind)
                    .exclusiveStartKey(after.isEmpty() ? null : after)
                    .build();
            QueryResponse page = AwsCalls.call("the ledger", () -> dynamo.query(request));
            page.items().forEach(row);
            after = page.lastEvaluatedKey();
        } while (!after.isEmpty());
    }

    private QueryRequest.Builder byKind(String kind) {
        return QueryRequest.builder()
                .tableName(table)
                .indexName(INDEX)
                .keyConditionExpression("kind = :kind")
                .expressionAttributeValues(Map.of(":kind", Item.text(kind)))
                .scanIndexForward(false);
    }
}
