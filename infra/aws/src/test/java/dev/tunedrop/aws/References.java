package dev.tunedrop.aws;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import dev.tunedrop.events.json.Json;

/// What a template's references stand for: `arn:aws:s3:::StorageDrops…` for a bucket, the logical name for a `Ref`.
final class References {

    private static final Map<String, String> PSEUDO = Map.of(
            "AWS::Partition", "aws",
            "AWS::Region", "eu-central-1",
            "AWS::AccountId", "111111111111",
            "AWS::StackName", "tunedrop",
            "AWS::URLSuffix", "amazonaws.com");

    private final JsonNode resources;

    References(JsonNode resources) {
        this.resources = resources;
    }

    JsonNode resolve(JsonNode node) {
        if (node.isArray()) {
            ArrayNode list = Json.mapper().createArrayNode();
            node.forEach(each -> list.add(resolve(each)));
            return list;
        }
        if (!node.isObject()) return node;
        if (node.size() == 1) {
            if (node.has("Ref"))
                return TextNode.valueOf(reference(node.path("Ref").asText()));
            if (node.has("Fn::GetAtt")) return TextNode.valueOf(attribute(node.path("Fn::GetAtt")));
            if (node.has("Fn::Join")) return TextNode.valueOf(joined(node.path("Fn::Join")));
            if (node.has("Fn::Base64")) return resolve(node.path("Fn::Base64"));
        }
        ObjectNode object = Json.mapper().createObjectNode();
        node.properties().forEach(entry -> object.set(entry.getKey(), resolve(entry.getValue())));
        return object;
    }

    private static String reference(String name) {
        return PSEUDO.getOrDefault(name, name);
    }

    private String attribute(JsonNode names) {
        String resource = names.path(0).asText();
        String attribute = names.path(1).asText();
        if (!attribute.endsWith("Arn")) return resource + "." + attribute;
        String type = resources.path(resource).path("Type").asText();
        return switch (type) {
            case "AWS::S3::Bucket" -> "arn:aws:s3:::" + resource;
            case "AWS::IAM::Role" -> "arn:aws:iam::111111111111:role/" + resource;
            default ->
                "arn:aws:" + type.split("::")[1].toLowerCase(java.util.Locale.ROOT) + ":eu-central-1:111111111111:"
                        + resource;
        };
    }

    private String joined(JsonNode join) {
        StringBuilder text = new StringBuilder();
        join.path(1).forEach(part -> text.append(resolve(part).asText()));
        return text.toString();
    }
}
