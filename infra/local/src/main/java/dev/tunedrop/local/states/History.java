package dev.tunedrop.local.states;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.AppendLog;

/// The events of one execution, as AWS shows them, and the decisions behind them; each line of the file holds the
/// events and the decision that belong together, so both are there or neither is. Of an execution that has ended only
/// its end stays in memory; its events are read from the file when somebody asks.
final class History implements AutoCloseable {

    static final int LIMIT = 25_000;

    private static final String END = Mark.Kind.END + " ";

    private final AppendLog log;
    private final Time time;
    private final List<ObjectNode> events = new ArrayList<>();
    private final Map<String, JsonNode> marks = new ConcurrentHashMap<>();

    History(AppendLog log, Time time) {
        this.log = log;
        this.time = time;
        for (String line : log.recovered()) {
            JsonNode entry = Json.read(line, JsonNode.class, "journal");
            entry.path("events").forEach(event -> events.add((ObjectNode) event));
            JsonNode mark = entry.path("mark");
            if (mark.isObject())
                marks.put(mark.path("kind").asText() + " " + mark.path("path").asText(), mark.path("value"));
        }
        if (has(Mark.Kind.END, "")) forget();
    }

    private void forget() {
        log.close();
        events.clear();
        marks.keySet().retainAll(Set.of(END));
    }

    /// An event to be: its type, and the name and content of its details.
    record Draft(String type, String detailsName, ObjectNode details) {}

    Optional<JsonNode> find(Mark.Kind kind, String path) {
        return Optional.ofNullable(marks.get(kind + " " + path));
    }

    boolean has(Mark.Kind kind, String path) {
        return marks.containsKey(kind + " " + path);
    }

    /// Writes a decision and its events; returns when they are on the disk, where [Mark#forced] asks for it. After the
    /// end there is nothing to decide: what a branch that was on its way says then is not taken.
    synchronized void record(Cursor cursor, Mark mark, Draft... drafts) {
        if (has(Mark.Kind.END, "")) return;
        boolean end = mark.kind() == Mark.Kind.END;
        if (!end && events.size() + drafts.length >= LIMIT)
            throw new AslFailure(
                    AslFailure.RUNTIME, "The execution reached the maximum number of history events (" + LIMIT + ").");
        ObjectNode entry = Json.mapper().createObjectNode();
        ArrayNode written = entry.putArray("events");
        List<ObjectNode> added = new ArrayList<>();
        Instant now = time.now();
        for (Draft draft : drafts) {
            ObjectNode event = Json.mapper().createObjectNode();
            event.put("timestamp", now.toEpochMilli() / 1000.0);
            event.put("type", draft.type());
            event.put("id", events.size() + added.size() + 1);
            event.put("previousEventId", cursor.previous);
            if (!draft.details().isEmpty()) event.set(draft.detailsName(), draft.details());
            cursor.previous = events.size() + added.size() + 1;
            added.add(event);
            written.add(event);
        }
        entry.putObject("mark")
                .put("kind", mark.kind().name())
                .put("path", mark.path())
                .set("value", mark.value());
        String line = Json.writeLine(entry);
        if (mark.forced()) log.append(line);
        else log.write(line);
        events.addAll(added);
        marks.put(mark.key(), mark.value());
        if (end) forget();
    }

    synchronized List<ObjectNode> events() {
        if (!has(Mark.Kind.END, "")) return List.copyOf(events);
        List<ObjectNode> all = new ArrayList<>();
        for (String line : AppendLog.read(log.file()))
            Json.read(line, JsonNode.class, "journal").path("events").forEach(event -> all.add((ObjectNode) event));
        return all;
    }

    /// The event that a branch resumed at `path` follows: the newest there is.
    synchronized Cursor cursor() {
        return new Cursor(events.size());
    }

    @Override
    public void close() {
        log.close();
    }

    /// Where a branch stands: the event that its next one follows.
    static final class Cursor {
        private int previous;

        Cursor(int previous) {
            this.previous = previous;
        }

        Cursor fork() {
            return new Cursor(previous);
        }
    }
}
