package dev.tunedrop.aws.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.CfnTable;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.WorkflowData;

/// The table of runs, aliases and reserved money, in the shape that `tables.json` gives it in both clouds.
public final class Ledger extends Construct {

    private final CfnTable table;

    public Ledger(Construct scope, Settings settings, Key key) {
        super(scope, "Ledger");
        JsonNode shape = WorkflowData.shared("tables.json").path("Ledger");
        table = CfnTable.Builder.create(this, "Table")
                .keySchema(keys(shape.path("KeySchema")))
                .attributeDefinitions(attributes(shape.path("AttributeDefinitions")))
                .globalSecondaryIndexes(indexes(shape.path("GlobalSecondaryIndexes")))
                .billingMode(shape.path("BillingMode").asText())
                .pointInTimeRecoverySpecification(CfnTable.PointInTimeRecoverySpecificationProperty.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .build())
                .sseSpecification(CfnTable.SSESpecificationProperty.builder()
                        .sseEnabled(true)
                        .sseType("KMS")
                        .kmsMasterKeyId(key.getKeyArn())
                        .build())
                .deletionProtectionEnabled(settings.keepData())
                .build();
        table.applyRemovalPolicy(settings.keepData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    }

    public CfnTable table() {
        return table;
    }

    private static List<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).toList();
    }

    private static List<CfnTable.KeySchemaProperty> keys(JsonNode schema) {
        return each(schema).stream()
                .map(key -> CfnTable.KeySchemaProperty.builder()
                        .attributeName(key.path("AttributeName").asText())
                        .keyType(key.path("KeyType").asText())
                        .build())
                .toList();
    }

    private static List<CfnTable.AttributeDefinitionProperty> attributes(JsonNode definitions) {
        return each(definitions).stream()
                .map(attribute -> CfnTable.AttributeDefinitionProperty.builder()
                        .attributeName(attribute.path("AttributeName").asText())
                        .attributeType(attribute.path("AttributeType").asText())
                        .build())
                .toList();
    }

    private static List<CfnTable.GlobalSecondaryIndexProperty> indexes(JsonNode indexes) {
        List<CfnTable.GlobalSecondaryIndexProperty> made = new ArrayList<>();
        for (JsonNode index : each(indexes))
            made.add(CfnTable.GlobalSecondaryIndexProperty.builder()
                    .indexName(index.path("IndexName").asText())
                    .keySchema(keys(index.path("KeySchema")))
                    .projection(CfnTable.ProjectionProperty.builder()
                            .projectionType(index.path("Projection")
                                    .path("ProjectionType")
                                    .asText())
                            .build())
                    .build());
        return made;
    }
}
