package dev.tunedrop.functions.cloud.aws;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

import dev.tunedrop.events.json.Json;

/// DynamoDB Local in this process with the ledger's table, made from the shape both clouds are built from.
final class DynamoTable {

    static final String NAME = "ledger";
    static final DynamoDbClient CLIENT = start();

    private DynamoTable() {}

    private static DynamoDbClient start() {
        DynamoDbClient client = DynamoDBEmbedded.create().dynamoDbClient();
        Path tables =
                Path.of(System.getProperty("tunedrop.root"), "infra/workflow/src/main/resources/tunedrop/tables.json");
        JsonNode shape = Json.read(tables, JsonNode.class).path("Ledger");
        List<AttributeDefinition> attributes = new ArrayList<>();
        for (JsonNode a : shape.path("AttributeDefinitions"))
            attributes.add(AttributeDefinition.builder()
                    .attributeName(a.path("AttributeName").asText())
                    .attributeType(a.path("AttributeType").asText())
                    .build());
        List<GlobalSecondaryIndex> indexes = new ArrayList<>();
        for (JsonNode i : shape.path("GlobalSecondaryIndexes"))
            indexes.add(GlobalSecondaryIndex.builder()
                    .indexName(i.path("IndexName").asText())
                    .keySchema(keys(i))
                    .projection(p -> p.projectionType(
                            i.path("Projection").path("ProjectionType").asText()))
                    .build());
        client.createTable(CreateTableRequest.builder()
                .tableName(NAME)
                .attributeDefinitions(attributes)
                .keySchema(keys(shape))
                .globalSecondaryIndexes(indexes)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .build());
        return client;
    }

    private static List<KeySchemaElement> keys(JsonNode shape) {
        List<KeySchemaElement> keys = new ArrayList<>();
        for (JsonNode k : shape.path("KeySchema"))
            keys.add(KeySchemaElement.builder()
                    .attributeName(k.path("AttributeName").asText())
                    .keyType(k.path("KeyType").asText())
                    .build());
        return keys;
    }
}
