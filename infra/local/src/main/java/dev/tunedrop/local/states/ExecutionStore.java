package dev.tunedrop.local.states;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.AppendLog;
import dev.tunedrop.local.disk.DurableFile;

/// Executions on disk: `<name>.json` holds what one was started with, its workflow's text included;
/// `<name>.journal.jsonl` what came of it.
final class ExecutionStore {

    private static final String SUFFIX = ".json";

    private final Path folder;
    private final Time time;
    private final Map<String, StateMachine> machines = new ConcurrentHashMap<>();

    ExecutionStore(Path folder, Time time) {
        this.folder = folder;
        this.time = time;
    }

    /// Returns when the execution is on the disk: from then on it will be run.
    Execution create(StateMachine machine, String name, JsonNode input) {
        ObjectNode header = Json.mapper().createObjectNode();
        header.put("name", name).put("started", time.now().toString()).set("input", input);
        ObjectNode workflow = header.putObject("stateMachine");
        workflow.put("arn", machine.arn()).put("name", machine.name()).put("roleArn", machine.roleArn());
        workflow.put("created", machine.created().toString()).set("definition", machine.definition());
        DurableFile.write(folder.resolve(fileName(name) + SUFFIX), Json.bytes(header));
        return open(header);
    }

    List<Execution> load() {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(file -> open(Json.read(file, JsonNode.class)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private Execution open(JsonNode header) {
        String name = header.path("name").asText();
        StateMachine machine = machine(header.path("stateMachine"));
        History history = new History(AppendLog.open(folder.resolve(fileName(name) + ".journal.jsonl")), time);
        return new Execution(
                machine,
                name,
                header.path("input"),
                Instant.parse(header.path("started").asText()),
                history);
    }

    /// One value for all executions of a workflow: its text is long, and executions are many.
    private StateMachine machine(JsonNode workflow) {
        return machines.computeIfAbsent(
                Sha256.of(Json.bytes(workflow)),
                text -> new StateMachine(
                        workflow.path("arn").asText(),
                        workflow.path("name").asText(),
                        workflow.path("roleArn").asText(),
                        workflow.path("definition"),
                        Instant.parse(workflow.path("created").asText())));
    }

    /// Names may hold characters that files may not.
    private static String fileName(String name) {
        return name.matches("[A-Za-z0-9_-]{1,80}")
                ? name
                : "sha256-" + Sha256.of(name.getBytes(StandardCharsets.UTF_8));
    }
}
