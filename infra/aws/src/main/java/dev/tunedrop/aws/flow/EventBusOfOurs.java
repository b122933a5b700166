package dev.tunedrop.aws.flow;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awscdk.services.events.EventBus;
import software.amazon.awscdk.services.eventschemas.CfnRegistry;
import software.amazon.awscdk.services.eventschemas.CfnSchema;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.events.json.Json;

/// The bus that everything Tunedrop announces is on, and the registry that says what it looks like.
public final class EventBusOfOurs extends Construct {

    /// The family's events; each has a JSON Schema in the events room.
    static final List<String> EVENTS = java.util.Arrays.stream(TunedropEvent.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .sorted()
            .toList();

    private static final String ENVELOPE = "AWSEvent";

    private final EventBus bus;
    private final Queue undelivered;

    public EventBusOfOurs(Construct scope, Settings settings) {
        super(scope, "Bus");
        undelivered = Queue.Builder.create(this, "Undelivered")
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(software.amazon.awscdk.Duration.days(14))
                .build();
        bus = EventBus.Builder.create(this, "Events")
                .eventBusName(settings.name())
                .description("What " + settings.name() + " announces")
                .deadLetterQueue(undelivered)
                .build();
        CfnRegistry registry = CfnRegistry.Builder.create(this, "Schemas")
                .registryName(settings.name())
                .description("The events on the bus " + settings.name())
                .build();
        for (String event : EVENTS)
            CfnSchema.Builder.create(this, event)
                    .registryName(settings.name())
                    .schemaName(TunedropEvent.SOURCE + "@" + event)
                    .type("OpenApi3")
                    .content(openApi(event))
                    .build()
                    .getNode()
                    .addDependency(registry);
    }

    public EventBus bus() {
        return bus;
    }

    /// What a rule or a subscription could not hand over.
    public Queue undelivered() {
        return undelivered;
    }

    /// What a rule's target is given: EventBridge's envelope, named `AWSEvent` as the registry's bindings expect, with
    /// the event in its `detail`. The registry takes OpenAPI 3, whose schemas are a dialect of JSON Schema: the
    /// detail's own schema goes in as it is, less the two words that name its dialect and place.
    static String openApi(String event) {
        ObjectNode api = Json.mapper().createObjectNode().put("openapi", "3.0.0");
        api.putObject("info").put("title", event).put("version", "1");
        api.putObject("paths");
        ObjectNode schemas = api.putObject("components").putObject("schemas");
        schemas.set(ENVELOPE, envelope(event));
        JsonNode detail = schema(event);
        if (detail instanceof ObjectNode object) object.remove(List.of("$schema", "$id"));
        schemas.set(event, detail);
        return Json.writeLine(api);
    }

    /// The fields of every event, as the user guide of EventBridge lists them ("Event structure").
    private static ObjectNode envelope(String event) {
        ObjectNode envelope = Json.mapper().createObjectNode().put("type", "object");
        envelope.put("x-amazon-events-detail-type", event).put("x-amazon-events-source", TunedropEvent.SOURCE);
        ObjectNode properties = envelope.putObject("properties");
        for (String text : List.of("version", "id", "account", "region"))
            properties.putObject(text).put("type", "string");
        constant(properties.putObject("source"), TunedropEvent.SOURCE);
        constant(properties.putObject("detail-type"), event);
        properties.putObject("time").put("type", "string").put("format", "date-time");
        properties
                .putObject("resources")
                .put("type", "array")
                .putObject("items")
                .put("type", "string");
        properties.putObject("detail").put("$ref", "#/components/schemas/" + event);
        ArrayNode required = envelope.putArray("required");
        properties.fieldNames().forEachRemaining(required::add);
        return envelope;
    }

    private static void constant(ObjectNode property, String value) {
        property.put("type", "string").putArray("enum").add(value);
    }

    private static JsonNode schema(String event) {
        String path = "/dev/tunedrop/events/schemas/" + event + ".schema.json";
        try (var in = TunedropEvent.class.getResourceAsStream(path)) {
            if (in == null) throw new IllegalStateException("the events room has no " + path);
            return Json.tree(in.readAllBytes(), path);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("cannot read " + path, e);
        }
    }
}
