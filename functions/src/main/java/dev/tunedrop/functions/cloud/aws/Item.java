package dev.tunedrop.functions.cloud.aws;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A DynamoDB item as it is written and read here: text, numbers, booleans, times as ISO-8601 text. Absent is absent.
final class Item {

    private final Map<String, AttributeValue> attributes = new HashMap<>();

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(BigDecimal value) {
        return AttributeValue.fromN(value.toPlainString());
    }

    static Map<String, AttributeValue> key(String id) {
        return Map.of("id", text(id));
    }

    Item with(String name, @Nullable String value) {
        if (value != null) attributes.put(name, text(value));
        return this;
    }

    Item with(String name, @Nullable Instant value) {
        return with(name, value == null ? null : value.toString());
    }

    Item with(String name, BigDecimal value) {
        attributes.put(name, number(value));
        return this;
    }

    Item with(String name, boolean value) {
        attributes.put(name, AttributeValue.fromBool(value));
        return this;
    }

    Map<String, AttributeValue> attributes() {
        return attributes;
    }

    static @Nullable String find(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null ? null : value.s();
    }

    static String need(Map<String, AttributeValue> item, String name) {
        String value = find(item, name);
        if (value == null) throw new IllegalStateException("the ledger's row " + find(item, "id") + " has no " + name);
        return value;
    }

    static BigDecimal decimal(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null || value.n() == null ? BigDecimal.ZERO : new BigDecimal(value.n());
    }
}
