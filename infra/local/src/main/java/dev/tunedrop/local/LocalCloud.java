package dev.tunedrop.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.metric.EmfLines;
import dev.tunedrop.local.batch.BatchService;
import dev.tunedrop.local.batch.SubmitJob;
import dev.tunedrop.local.bus.LocalBus;
import dev.tunedrop.local.console.FigureLog;
import dev.tunedrop.local.disk.DurableFile;
import dev.tunedrop.local.disk.FolderLock;
import dev.tunedrop.local.dynamodb.LocalDynamo;
import dev.tunedrop.local.facade.Facade;
import dev.tunedrop.local.facade.FunctionUrls;
import dev.tunedrop.local.facade.Services;
import dev.tunedrop.local.lambda.FunctionHost;
import dev.tunedrop.local.lambda.FunctionSpec;
import dev.tunedrop.local.lambda.LambdaInvoke;
import dev.tunedrop.local.lambda.QueuePoller;
import dev.tunedrop.local.lambda.Schedules;
import dev.tunedrop.local.lambda.runtime.Runtimes;
import dev.tunedrop.local.queue.LocalQueue;
import dev.tunedrop.local.s3.aws.DropEvents;
import dev.tunedrop.local.s3.aws.LocalS3;
import dev.tunedrop.local.s3.aws.ObjectCreated;
import dev.tunedrop.local.sagemaker.EndpointService;
import dev.tunedrop.local.secrets.SecretFiles;
import dev.tunedrop.local.states.StateMachine;
import dev.tunedrop.local.states.StatesService;
import dev.tunedrop.local.states.Time;

/// The whole cloud: [#start] brings it up on a home folder and takes up whatever a killed one left, [#close] stops
/// it in order and loses nothing.
public final class LocalCloud implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCloud.class);
    private static final int MAX_FUNCTIONS = 64;
    /// A process each.
    private static final int MAX_FUNCTION_PROCESSES = 12;
    private static final int LIVE_ENDPOINTS = 2;
    /// A queue's batches take at most this part of the functions that run at once: steps of runs need places too.
    private static final int SHARES = 4;

    private final CloudOptions options;
    private final Path folder;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Map<String, @Nullable String> propertiesBefore = new HashMap<>();
    private final LocalBus bus = new LocalBus();
    private boolean announced;
    private volatile Consumer<ObjectCreated> onObject = object -> {};
    private final Addresses addresses;
    private final StatesService states;
    private final BatchService batch;
    private final EndpointService endpoints;
    private final Schedules schedules;

    public static LocalCloud start(CloudOptions options) throws IOException, InterruptedException {
        return new LocalCloud(options);
    }

    private LocalCloud(CloudOptions options) throws IOException, InterruptedException {
        this.options = options;
        this.folder = options.home().toAbsolutePath().resolve("cloud");
        boolean up = false;
        try {
            opened(FolderLock.take(
                    folder,
                    "a local cloud runs on " + options.home().toAbsolutePath()
                            + " already. Use it, stop it, or set TUNEDROP_HOME to another folder."));
            List<String> credentials = credentials();
            LocalS3 s3 = opened(startS3(credentials));
            LocalDynamo dynamo = opened(LocalDynamo.start(folder.resolve("dynamodb")));
            createTables(dynamo);
            Facade facade = opened(Facade.start(0, credentials.getFirst()));
            this.addresses = new Addresses(
                    s3.address(),
                    dynamo.address(),
                    facade.address(),
                    credentials.getFirst(),
                    credentials.getLast(),
                    ProcessHandle.current().pid(),
                    ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH));
            setProperties(addresses.systemProperties());
            setProperties(Map.of(EmfLines.FILE_SETTING, figures().toString()));

            BaseModels.copy(options.models(), s3, folder.resolve("bases.json"));
            FunctionHost functions = opened(functionHost());
            this.endpoints = opened(new EndpointService(
                    folder.resolve("sagemaker"),
                    folder.resolve("s3"),
                    options.container(addresses.environment()),
                    LIVE_ENDPOINTS));
            this.batch = opened(startBatch());
            this.states = opened(new StatesService(
                    folder.resolve("journal"),
                    Map.of(LambdaInvoke.ARN, new LambdaInvoke(functions), SubmitJob.ARN, new SubmitJob(batch)),
                    Time.system(),
                    () -> ThreadLocalRandom.current().nextDouble()));
            states.put(machine());
            new Services(facade)
                    .states(states)
                    .batch(batch)
                    .events(bus)
                    .sagemaker(endpoints)
                    .secrets(new SecretFiles(options.home()), Names.SECRETS)
                    .functionUrls(new FunctionUrls(functions, options.workflow().urls()));

            endpoints.resume();
            batch.resume();
            states.resume();
            connect(functions);
            this.schedules = opened(new Schedules(options.workflow().rules(), functions));
            DropEvents events = opened(new DropEvents(Names.DROPS, bus, folder.resolve("drop-events.log")));
            onObject = events::created;
            events.reconcile(s3.objects(Names.DROPS));
            schedules.start();
            writeAddresses();
            up = true;
        } finally {
            if (!up) close();
        }
        LOG.info("the local cloud runs on {}", folder);
    }

    public Addresses addresses() {
        return addresses;
    }

    public Path home() {
        return options.home();
    }

    /// Where functions and jobs append their figures.
    private Path figures() {
        return FigureLog.file(options.home());
    }

    public StatesService states() {
        return states;
    }

    public BatchService batch() {
        return batch;
    }

    public EndpointService endpoints() {
        return endpoints;
    }

    public Schedules schedules() {
        return schedules;
    }

    public LocalBus bus() {
        return bus;
    }

    private LocalS3 startS3(List<String> credentials) {
        int port = Ports.freeOr(options.s3Port());
        LocalS3 s3 = LocalS3.start(
                folder.resolve("s3"),
                port,
                credentials.getFirst(),
                credentials.getLast(),
                object -> onObject.accept(object));
        List.of(Names.DROPS, Names.ARTEFACTS, Names.BASES).forEach(s3::createBucket);
        return s3;
    }

    private void createTables(LocalDynamo dynamo) throws IOException, InterruptedException {
        for (Map.Entry<String, JsonNode> table : options.workflow().tables().properties())
            dynamo.createTable(Names.table(table.getKey()), (ObjectNode) table.getValue());
    }

    private FunctionHost functionHost() {
        Map<String, FunctionSpec> specs = options.workflow().functionSpecs();
        Path zip = options.functionsPackage();
        if (zip == null) return new FunctionHost(specs, MAX_FUNCTIONS);
        return new FunctionHost(
                specs, MAX_FUNCTION_PROCESSES, new Runtimes(zip, folder.resolve("lambda"), environment()));
    }

    /// What jobs and functions in processes of their own are told.
    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(addresses.environment());
        environment.put(EmfLines.FILE_SETTING, figures().toString());
        return environment;
    }

    private BatchService startBatch() {
        return new BatchService(
                folder.resolve("batch"),
                List.of(Names.JOB_QUEUE, Names.ON_DEMAND_QUEUE),
                List.of(options.jobDefinition(environment())),
                options.jobPlaces());
    }

    private StateMachine machine() {
        Map<String, String> names = new HashMap<>();
        options.workflow().functionSpecs().values().forEach(function -> names.put(function.name(), function.arn()));
        names.put("JobQueue", Names.JOB_QUEUE);
        names.put("OnDemandQueue", Names.ON_DEMAND_QUEUE);
        names.put("JobDefinition", Names.JOB_DEFINITION);
        JsonNode definition = Workflow.resolve(options.workflow().machine(), names);
        return new StateMachine(Names.STATE_MACHINE, "tunedrop", Names.ROLE, definition, Instant.now());
    }

    /// Queues, the rules that feed them and the functions that empty them.
    private void connect(FunctionHost functions) {
        Map<String, LocalQueue> queues = new HashMap<>();
        JsonNode described = options.workflow().queues();
        described.properties().forEach(entry -> queue(queues, entry.getKey()));
        JsonNode rules = Workflow.resolve(
                Json.writeLine(options.workflow().rules()),
                Map.of("Drops", Names.DROPS, "Artefacts", Names.ARTEFACTS, "Bases", Names.BASES));
        for (Map.Entry<String, JsonNode> rule : rules.properties()) {
            if (rule.getValue().has("schedule")) continue;
            String target = rule.getValue().at("/target/queue").asText();
            LocalQueue queue = queues.get(target);
            if (queue == null)
                throw new InvalidDocument(
                        "rule " + rule.getKey() + " targets the queue \"" + target + "\", which is unknown");
            bus.rule(rule.getKey(), rule.getValue().path("pattern"), queue::send);
        }
        for (Map.Entry<String, JsonNode> entry : described.properties()) {
            JsonNode consumer = entry.getValue().path("consumer");
            if (!consumer.isObject()) continue;
            FunctionSpec function = functions
                    .find(consumer.path("function").asText())
                    .orElseThrow(() -> new InvalidDocument("queue " + entry.getKey() + " names an unknown function"));
            opened(new QueuePoller(
                            java.util.Objects.requireNonNull(queues.get(entry.getKey())),
                            functions,
                            function,
                            consumer.path("batchSize").asInt(10),
                            Math.clamp(consumer.path("maximumConcurrency").asInt(1), 1, functions.atOnce() / SHARES)))
                    .start();
        }
    }

    private LocalQueue queue(Map<String, LocalQueue> queues, String name) {
        LocalQueue known = queues.get(name);
        if (known != null) return known;
        JsonNode described = options.workflow().queues().path(name);
        LocalQueue deadLetters = described.has("deadLetterQueue")
                ? queue(queues, described.path("deadLetterQueue").asText())
                : null;
        LocalQueue queue = new LocalQueue(
                name,
                folder.resolve("queues").resolve(name),
                Duration.ofSeconds(described.path("visibilityTimeoutSeconds").asLong(30)),
                described.path("maxReceiveCount").asInt(Integer.MAX_VALUE),
                deadLetters,
                Clock.systemUTC());
        queues.put(name, queue);
        return queue;
    }

    /// Made once per home: whoever cannot read the owner's files cannot use the cloud.
    private List<String> credentials() throws IOException {
        Path file = folder.resolve("credentials");
        if (!Files.exists(file)) {
            byte[] random = new byte[28];
            new SecureRandom().nextBytes(random);
            String hex = HexFormat.of().formatHex(random);
            DurableFile.write(
                    file, ("TD" + hex.substring(0, 16) + "\n" + hex.substring(16)).getBytes(StandardCharsets.UTF_8));
            ownerOnly(file);
        }
        return Files.readAllLines(file);
    }

    private void writeAddresses() throws IOException {
        DurableFile.write(Addresses.file(options.home()), Json.bytes(addresses));
        ownerOnly(Addresses.file(options.home()));
        announced = true;
    }

    private static void ownerOnly(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix"))
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void setProperties(Map<String, String> properties) {
        properties.forEach((name, value) -> propertiesBefore.put(name, System.setProperty(name, value)));
    }

    private <T extends AutoCloseable> T opened(T service) {
        running.push(service);
        return service;
    }

    /// Stops the newest first. Jobs are asked to save what they have.
    @Override
    public void close() {
        if (announced) DurableFile.delete(Addresses.file(options.home()));
        announced = false;
        while (!running.isEmpty()) {
            AutoCloseable service = running.pop();
            try {
                service.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop in order", service.getClass().getSimpleName(), e);
            }
        }
        propertiesBefore.forEach((name, value) -> {
            if (value == null) System.clearProperty(name);
            else System.setProperty(name, value);
        });
        propertiesBefore.clear();
    }
}
