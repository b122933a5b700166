package dev.tunedrop.aws.flow;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
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

    /// The registry takes OpenAPI 3, whose schemas are a dialect of JSON Schema: the detail's own schema goes in as it
    /// is, less the two words that name its dialect and place.
    static String openApi(String event) {
        JsonNode schema = schema(event);
        if (schema instanceof ObjectNode object) object.remove(List.of("$schema", "$id"));
        return Json.writeLine(Map.of(
                "openapi", "3.0.0",
                "info", Map.of("title", event, "version", "1"),
                "paths", Map.of(),
                "components", Map.of("schemas", Map.of(event, schema))));
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
