package dev.tunedrop.local.lambda;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.bus.LocalBus;

/// EventBridge's schedules: calls the function of each rule that has one, in its rhythm. A call that fails is logged,
/// and the next one comes as planned. What is marked as `onlyInAnAccount` has nobody to ask here and is left out.
public final class Schedules implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    private static final Pattern RATE = Pattern.compile("rate\\((\\d+) (minute|hour|day)s?\\)");

    private final FunctionHost functions;
    private final Map<String, Planned> planned = new LinkedHashMap<>();
    private final List<ScheduledFuture<?>> rhythms = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("schedules").factory());

    private record Planned(FunctionSpec function, Duration every) {}

    /// @param rules `rules.json`
    public Schedules(JsonNode rules, FunctionHost functions) {
        this.functions = functions;
        for (Map.Entry<String, JsonNode> rule : rules.properties()) {
            JsonNode shape = rule.getValue();
            if (!shape.has("schedule") || shape.path("onlyInAnAccount").asBoolean()) continue;
            String function = shape.at("/target/function").asText();
            planned.put(
                    rule.getKey(),
                    new Planned(
                            functions
                                    .find(function)
                                    .orElseThrow(() -> new InvalidDocument("rule " + rule.getKey()
                                            + " targets the function \"" + function + "\", which is unknown")),
                            every(shape.path("schedule").asText())));
        }
    }

    static Duration every(String expression) {
        Matcher rate = RATE.matcher(expression);
        if (!rate.matches())
            throw new InvalidDocument("schedule \"" + expression + "\" is not understood; write rate(15 minutes)");
        long many = Long.parseLong(rate.group(1));
        return switch (rate.group(2)) {
            case "minute" -> Duration.ofMinutes(many);
            case "hour" -> Duration.ofHours(many);
            default -> Duration.ofDays(many);
        };
    }

    public void start() {
        planned.forEach((rule, plan) -> rhythms.add(clock.scheduleAtFixedRate(
                () -> run(rule, plan), plan.every().toSeconds(), plan.every().toSeconds(), TimeUnit.SECONDS)));
    }

    /// The answer of the rule's function, called now.
    public JsonNode now(String rule) throws FunctionError, InterruptedException {
        Planned plan = planned.get(rule);
        if (plan == null) throw new IllegalArgumentException("no schedule is named " + rule);
        return call(rule, plan);
    }

    private JsonNode call(String rule, Planned plan) throws FunctionError, InterruptedException {
        JsonNode event = LocalBus.envelope(
                "aws.events",
                "Scheduled Event",
                Json.mapper().createObjectNode(),
                List.of("arn:aws:events:us-east-1:000000000000:rule/" + rule));
        return Json.tree(functions.invoke(plan.function(), Json.bytes(event)), "the answer of " + rule);
    }

    private void run(String rule, Planned plan) {
        try {
            call(rule, plan);
        } catch (FunctionError e) {
            LOG.warn("the schedule {} failed and is tried again in {}: {}", rule, plan.every(), e.getMessage());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("the schedule {} failed and is tried again in {}", rule, plan.every(), e);
        }
    }

    @Override
    public void close() {
        rhythms.forEach(rhythm -> rhythm.cancel(true));
        clock.shutdownNow();
    }
}
