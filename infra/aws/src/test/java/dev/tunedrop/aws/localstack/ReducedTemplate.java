package dev.tunedrop.aws.localstack;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// The part of the template that LocalStack's free image can create. What it has not (Batch, the network, budgets,
/// dashboards) is taken out, and a reference to it becomes its name.
final class ReducedTemplate {

    static final Set<String> KEPT = Set.of(
            "AWS::S3::Bucket",
            "AWS::SQS::Queue",
            "AWS::SQS::QueuePolicy",
            "AWS::Events::EventBus",
            "AWS::Events::Rule",
            "AWS::Lambda::Function",
            "AWS::Lambda::Version",
            "AWS::Lambda::Alias",
            "AWS::Lambda::EventSourceMapping",
            "AWS::Lambda::Permission",
            "AWS::IAM::Role",
            "AWS::IAM::Policy",
            "AWS::KMS::Key",
            "AWS::Logs::LogGroup",
            "AWS::DynamoDB::Table",
            "AWS::SNS::Topic",
            "AWS::StepFunctions::StateMachine");

    private final ObjectNode root;
    private final Set<String> gone = new LinkedHashSet<>();

    private ReducedTemplate(JsonNode template) {
        root = template.deepCopy();
    }

    /// @param codeBucket where the functions' package lies, under `codeKey`
    /// @param architecture of the machine that runs the functions
    static JsonNode of(JsonNode template, String codeBucket, String codeKey, String architecture) {
        ReducedTemplate reduced = new ReducedTemplate(template);
        reduced.takeOut();
        reduced.packageFrom(codeBucket, codeKey, architecture);
        return reduced.root;
    }

    private ObjectNode resources() {
        return (ObjectNode) root.path("Resources");
    }

    private void takeOut() {
        for (Iterator<Map.Entry<String, JsonNode>> all =
                        resources().properties().iterator();
                all.hasNext(); ) {
            Map.Entry<String, JsonNode> resource = all.next();
            if (KEPT.contains(resource.getValue().path("Type").asText())) continue;
            gone.add(resource.getKey());
            all.remove();
        }
        for (JsonNode resource : resources()) {
            name((ObjectNode) resource.path("Properties"));
            ObjectNode object = (ObjectNode) resource;
            object.remove(List.of("DependsOn", "UpdatePolicy", "Metadata"));
        }
        root.remove(List.of("Outputs", "Rules"));
        ObjectNode outputs = root.putObject("Outputs");
        for (String name : List.of("StorageDrops", "StorageBases", "StorageArtefacts", "LedgerTable", "DropsQueue"))
            resources().fieldNames().forEachRemaining(id -> {
                if (id.matches(name.replace("DropsQueue", "Drops") + "[0-9A-F]{8}"))
                    outputs.putObject(name).putObject("Value").put("Ref", id);
            });
    }

    /// Puts a name in the place of each reference to what was taken out.
    private void name(JsonNode node) {
        if (node instanceof ObjectNode object)
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                String missing = missing(field.getValue());
                if (missing.isEmpty()) name(field.getValue());
                else object.put(field.getKey(), missing);
            }
        if (node instanceof ArrayNode array)
            for (int i = 0; i < array.size(); i++) {
                String missing = missing(array.get(i));
                if (missing.isEmpty()) name(array.get(i));
                else array.set(i, Json.mapper().getNodeFactory().textNode(missing));
            }
    }

    private String missing(JsonNode expression) {
        String named = expression.path("Ref").asText();
        if (gone.contains(named)) return named;
        JsonNode attribute = expression.path("Fn::GetAtt");
        String owner = attribute.isArray() ? attribute.path(0).asText() : "";
        return gone.contains(owner) ? "arn:aws:none:us-east-1:000000000000:" + owner : "";
    }

    private void packageFrom(String bucket, String key, String architecture) {
        for (JsonNode resource : resources()) {
            if (!resource.path("Type").asText().equals("AWS::Lambda::Function")) continue;
            ObjectNode properties = (ObjectNode) resource.path("Properties");
            properties.putObject("Code").put("S3Bucket", bucket).put("S3Key", key);
            properties.putArray("Architectures").add(architecture);
            properties.remove(List.of("SnapStart", "ReservedConcurrentExecutions"));
        }
    }
}
