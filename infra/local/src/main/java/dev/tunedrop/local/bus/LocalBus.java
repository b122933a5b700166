package dev.tunedrop.local.bus;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.event.ruler.Machine;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// An event bus. [#publish] returns when each target of each matching rule has accepted the event.
public final class LocalBus {

    private static final Logger LOG = LoggerFactory.getLogger(LocalBus.class);

    private final Machine rules = Machine.builder().build();
    private final Map<String, List<Consumer<String>>> targets = new ConcurrentHashMap<>();
    private final List<Consumer<JsonNode>> listeners = new CopyOnWriteArrayList<>();

    /// Adds a rule.
    ///
    /// @param pattern an EventBridge event pattern
    /// @param target takes the event's JSON; must be durable or harmless to lose
    public void rule(String name, JsonNode pattern, Consumer<String> target) {
        try {
            if (!targets.containsKey(name)) rules.addRule(name, Json.writeLine(pattern));
            targets.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(target);
        } catch (IOException e) {
            throw new InvalidDocument("rule " + name + ": the event pattern is not one: " + e.getMessage(), e);
        }
    }

    /// Sees every event, matched or not; for the console.
    public void listen(Consumer<JsonNode> listener) {
        listeners.add(listener);
    }

    /// An event in EventBridge's envelope.
    public static ObjectNode envelope(String source, String detailType, JsonNode detail, List<String> resources) {
        ObjectNode event = Json.mapper().createObjectNode();
        event.put("version", "0").put("id", UUID.randomUUID().toString());
        event.put("detail-type", detailType).put("source", source).put("account", "000000000000");
        event.put(
                "time",
                Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString());
        event.put("region", "us-east-1");
        resources.forEach(event.putArray("resources")::add);
        event.set("detail", detail);
        return event;
    }

    /// Gives the event to the targets of the rules it matches; how many rules that were.
    public int publish(ObjectNode event) {
        String json = Json.writeLine(event);
        List<String> matched;
        try {
            matched = rules.rulesForJSONEvent(json);
        } catch (Exception e) {
            throw new InvalidDocument("the event cannot be matched: " + e.getMessage(), e);
        }
        LOG.debug("event {} matches {}", event.path("detail-type").asText(), matched);
        for (String rule : matched) targets.getOrDefault(rule, List.of()).forEach(target -> target.accept(json));
        listeners.forEach(listener -> listener.accept(event));
        return matched.size();
    }
}
