package dev.tunedrop.local.states;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// One attempt of a Map or a Parallel: the same input to several branches, or one branch per item. Results keep the
/// order of branches and items; the first failure ends the others and is the state's.
final class Fork {

    private static final int INLINE_CONCURRENCY = 40;

    private final Visit visit;
    private final int number;
    private final String path;
    private final Interpreter interpreter;

    Fork(Visit visit, int number, Interpreter interpreter) {
        this.visit = visit;
        this.number = number;
        this.path = visit.path() + "#" + number;
        this.interpreter = interpreter;
    }

    /// What one branch does, given where its events go on from.
    private interface Branch {
        JsonNode run(History.Cursor cursor) throws InterruptedException;
    }

    JsonNode parallel() throws InterruptedException {
        JsonNode state = visit.state();
        JsonNode input = state.has("Arguments")
                ? visit.expressions(number, (String) null).evaluate(state.path("Arguments"), "Arguments")
                : visit.input();
        begin(Json.mapper().createObjectNode(), Drafts.plain("ParallelStateStarted"));
        List<Branch> branches = new ArrayList<>();
        for (int i = 0; i < state.path("Branches").size(); i++) {
            JsonNode branch = state.path("Branches").get(i);
            String at = path + "/b" + i;
            branches.add(cursor -> interpreter.branch(branch, at, input, visit.scope(), cursor, visit.mapItem()));
        }
        return all(branches, branches.size(), "ParallelState");
    }

    JsonNode map() throws InterruptedException {
        JsonNode items = items();
        int concurrency = concurrency();
        List<Branch> branches = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            int index = i;
            branches.add(cursor -> iteration(index, items.get(index), cursor));
        }
        return all(branches, concurrency, "MapState");
    }

    private JsonNode items() {
        JsonNode begun = visit.run().history().find(Mark.Kind.ATTEMPT, path).orElse(null);
        if (begun != null) return begun.path("items");
        JsonNode items = visit.state().has("Items")
                ? visit.expressions(number, (String) null)
                        .evaluate(visit.state().path("Items"), "Items")
                : visit.input();
        if (!items.isArray()) throw new AslFailure(AslFailure.QUERY, "The field 'Items' must be an array.");
        ObjectNode value = Json.mapper().createObjectNode();
        value.set("items", items);
        begin(value, Drafts.mapStarted(items.size()));
        return items;
    }

    private int concurrency() {
        if (!visit.state().has("MaxConcurrency")) return INLINE_CONCURRENCY;
        int asked = visit.expressions(number, (String) null)
                .evaluate(visit.state().path("MaxConcurrency"), "MaxConcurrency")
                .asInt();
        return asked <= 0 ? INLINE_CONCURRENCY : Math.min(asked, INLINE_CONCURRENCY);
    }

    private JsonNode iteration(int index, JsonNode item, History.Cursor cursor) throws InterruptedException {
        String at = path + "/m" + index;
        History history = visit.run().history();
        ObjectNode context = JsonNodeFactory.instance.objectNode();
        context.putObject("Item").put("Index", index).set("Value", item);
        ObjectNode nothing = Json.mapper().createObjectNode();
        if (!history.has(Mark.Kind.ENTERED, at))
            history.record(
                    cursor,
                    new Mark(Mark.Kind.ENTERED, at, nothing),
                    Drafts.mapIteration("Started", visit.name(), index));
        try {
            JsonNode selector = visit.state().path("ItemSelector");
            JsonNode input = selector.isMissingNode()
                    ? item
                    : visit.withMapItem(context)
                            .expressions(number, (String) null)
                            .evaluate(selector, "ItemSelector");
            JsonNode output =
                    interpreter.branch(visit.state().path("ItemProcessor"), at, input, visit.scope(), cursor, context);
            end(cursor, at, "Succeeded", index);
            return output;
        } catch (AslFailure failure) {
            end(cursor, at, "Failed", index);
            throw failure;
        }
    }

    private void end(History.Cursor cursor, String at, String how, int index) {
        if (visit.run().history().has(Mark.Kind.LEFT, at)) return;
        visit.run()
                .history()
                .record(
                        cursor,
                        new Mark(
                                Mark.Kind.LEFT,
                                at,
                                Json.mapper().createObjectNode().put("how", how)),
                        Drafts.mapIteration(how, visit.name(), index));
    }

    private void begin(ObjectNode value, History.Draft event) {
        if (!visit.run().history().has(Mark.Kind.ATTEMPT, path))
            visit.run().history().record(visit.cursor(), new Mark(Mark.Kind.ATTEMPT, path, value), event);
    }

    private JsonNode all(List<Branch> branches, int concurrency, String prefix) throws InterruptedException {
        List<JsonNode> results = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) results.add(JsonNodeFactory.instance.nullNode());
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("branch of " + visit.name() + " ", 0).factory());
        CompletionService<Integer> done = new ExecutorCompletionService<>(threads);
        try {
            int started = 0;
            for (int finished = 0; finished < branches.size(); finished++) {
                while (started < branches.size() && started - finished < concurrency) {
                    int index = started++;
                    History.Cursor cursor = visit.cursor().fork();
                    Future<Integer> running = done.submit(() -> {
                        results.set(index, branches.get(index).run(cursor));
                        return index;
                    });
                    if (running.isCancelled()) throw new IllegalStateException("a branch was cancelled");
                }
                done.take().get();
            }
            record(Mark.Kind.RESULT, prefix + "Succeeded");
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            array.addAll(results);
            return visit.withinLimit(array, "a result");
        } catch (ExecutionException e) {
            stop(threads);
            if (!(e.getCause() instanceof AslFailure failure)) {
                if (e.getCause() instanceof InterruptedException)
                    throw new InterruptedException("a branch was stopped");
                throw new IllegalStateException("a branch of " + visit.name() + " broke", e.getCause());
            }
            record(Mark.Kind.RESULT, prefix + "Failed");
            throw new AslFailure(failure.error(), failure.cause(), failure);
        } finally {
            stop(threads);
        }
    }

    private void record(Mark.Kind kind, String event) {
        if (!visit.run().history().has(kind, path))
            visit.run()
                    .history()
                    .record(
                            visit.cursor(),
                            new Mark(kind, path, Json.mapper().createObjectNode()),
                            Drafts.plain(event));
    }

    /// Interrupts the branches and waits until each is through, so that none writes after the state has ended.
    private static void stop(ExecutorService threads) {
        threads.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (threads.awaitTermination(1, TimeUnit.HOURS)) break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
