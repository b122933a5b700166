package dev.tunedrop.local.sagemaker;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Endpoints and what is on them. Records are on the disk before a Create returns; a container runs when it is asked
/// for, and at most `maxLive` run at once: the one that was asked longest ago gives way.
public final class EndpointService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointService.class);

    private final Path scratch;
    private final Artefacts artefacts;
    private final Container container;
    private final int maxLive;
    private final Registry models;
    private final Registry configs;
    private final Registry endpoints;
    private final Registry components;
    private final Map<String, EndpointProcess> live = new HashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sagemaker-", 0).factory());

    /// @param folder where records are kept
    /// @param objects the folder of the local S3
    public EndpointService(Path folder, Path objects, Container container, int maxLive) {
        this.scratch = folder.resolve("scratch");
        this.artefacts = new Artefacts(objects);
        this.container = container;
        this.maxLive = maxLive;
        this.models = new Registry(folder.resolve("models"));
        this.configs = new Registry(folder.resolve("endpoint-configs"));
        this.endpoints = new Registry(folder.resolve("endpoints"));
        this.components = new Registry(folder.resolve("components"));
    }

    /// Goes on with components that were being created.
    public void resume() {
        components.all().stream()
                .filter(component -> component.status().equals(Resource.CREATING))
                .sorted(Comparator.comparing(Resource::created))
                .forEach(component -> worker.execute(() -> bringUp(component)));
    }

    public Resource createModel(JsonNode request) {
        return create(models, "model", request.path("ModelName").asText(), request, Resource.IN_SERVICE);
    }

    public Resource createEndpointConfig(JsonNode request) {
        for (JsonNode variant : request.path("ProductionVariants"))
            if (variant.has("ModelName")) model(variant.path("ModelName").asText());
        return create(
                configs,
                "endpoint configuration",
                request.path("EndpointConfigName").asText(),
                request,
                Resource.IN_SERVICE);
    }

    public Resource createEndpoint(JsonNode request) {
        endpointConfig(request.path("EndpointConfigName").asText());
        return create(endpoints, "endpoint", request.path("EndpointName").asText(), request, Resource.IN_SERVICE);
    }

    public Resource createComponent(JsonNode request) {
        endpoint(request.path("EndpointName").asText());
        JsonNode specification = request.path("Specification");
        if (specification.has("BaseInferenceComponentName"))
            component(specification.path("BaseInferenceComponentName").asText());
        else if (specification.has("ModelName"))
            model(specification.path("ModelName").asText());
        else throw new SageMakerException("Specification must have ModelName or BaseInferenceComponentName.");
        Resource component = create(
                components,
                "inference component",
                request.path("InferenceComponentName").asText(),
                request,
                Resource.CREATING);
        worker.execute(() -> bringUp(component));
        return component;
    }

    public Resource model(String name) {
        return found(models, "model", name);
    }

    public Resource endpointConfig(String name) {
        return found(configs, "endpoint configuration", name);
    }

    public Resource endpoint(String name) {
        return found(endpoints, "endpoint", name);
    }

    public Resource component(String name) {
        return found(components, "inference component", name);
    }

    public List<Resource> endpoints() {
        return endpoints.all();
    }

    public List<Resource> components() {
        return components.all();
    }

    public void deleteModel(String name) {
        models.remove(model(name).name());
    }

    public void deleteEndpointConfig(String name) {
        configs.remove(endpointConfig(name).name());
    }

    public synchronized void deleteEndpoint(String name) {
        endpoint(name);
        for (Resource component : components.all())
            if (component.text("/EndpointName").equals(name))
                throw new SageMakerException("Endpoint \"" + name + "\" still has inference components.");
        endpoints.remove(name);
        stop(live.remove(name));
    }

    public synchronized void deleteComponent(String name) {
        Resource component = component(name);
        for (Resource other : components.all())
            if (baseOf(other).equals(name))
                throw new SageMakerException("Inference component \"" + name + "\" has adapters on it.");
        components.remove(name);
        String endpoint = component.text("/EndpointName");
        EndpointProcess process = live.get(endpoint);
        if (process == null) return;
        try {
            if (baseOf(component).isEmpty()) stop(live.remove(endpoint));
            else process.unload(name);
        } catch (IOException e) {
            LOG.warn("component {} is forgotten, but its container did not unload it", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks a component of an endpoint; an empty one asks the base. Starts the container where it does not run.
    public <T> HttpResponse<T> invoke(
            String endpoint, String componentName, String contentType, byte[] body, HttpResponse.BodyHandler<T> as)
            throws IOException, InterruptedException {
        endpoint(endpoint);
        String adapter = "";
        if (!componentName.isEmpty()) {
            Resource component = component(componentName);
            if (!component.text("/EndpointName").equals(endpoint))
                throw new SageMakerException("Inference component \"" + componentName + "\" is not on this endpoint.");
            if (!component.isInService())
                throw new SageMakerException("Inference component \"" + componentName + "\" is not in service.");
            if (!baseOf(component).isEmpty()) adapter = componentName;
        }
        return running(endpoint, adapter).invoke(adapter, contentType, body, as);
    }

    private void bringUp(Resource component) {
        try {
            String adapter = baseOf(component).isEmpty() ? "" : component.name();
            running(component.text("/EndpointName"), adapter);
            if (components.find(component.name()).isPresent()) components.put(component.inService());
        } catch (IOException | SageMakerException e) {
            LOG.warn("component {} failed: {}", component.name(), e.getMessage());
            components.put(component.failed(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            LOG.debug("component {} goes on at the next start", component.name());
        }
    }

    /// The endpoint's container, started if need be, with the adapter loaded.
    private synchronized EndpointProcess running(String endpoint, String adapter)
            throws IOException, InterruptedException {
        EndpointProcess process = live.get(endpoint);
        if (process == null || !process.alive()) {
            if (process != null) LOG.warn("the container of endpoint {} is gone and is started again", endpoint);
            makeRoom(endpoint);
            process = EndpointProcess.start(endpoint, container, base(endpoint), scratch.resolve(endpoint));
            live.put(endpoint, process);
        }
        if (!adapter.isEmpty()) {
            String uri = component(adapter).text("/Specification/Container/ArtifactUrl");
            process.load(
                    adapter, artefacts.unpack(uri, scratch.resolve(endpoint).resolve(adapter)));
        }
        return process;
    }

    private void makeRoom(String endpoint) {
        stop(live.remove(endpoint));
        while (live.size() >= maxLive) {
            Optional<Map.Entry<String, EndpointProcess>> oldest = live.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().lastUsed()));
            stop(live.remove(oldest.orElseThrow().getKey()));
        }
    }

    /// The base's files: named by the model of the endpoint's base component, or of its variant.
    private Path base(String endpoint) {
        String model = components.all().stream()
                .filter(component -> component.text("/EndpointName").equals(endpoint))
                .filter(component -> baseOf(component).isEmpty())
                .map(component -> component.text("/Specification/ModelName"))
                .findFirst()
                .orElseGet(() -> endpointConfig(endpoint(endpoint).text("/EndpointConfigName"))
                        .text("/ProductionVariants/0/ModelName"));
        if (model.isEmpty()) throw new SageMakerException("Endpoint \"" + endpoint + "\" has no model.");
        JsonNode primary = model(model).request().path("PrimaryContainer");
        String uri = primary.at("/ModelDataSource/S3DataSource/S3Uri")
                .asText(primary.path("ModelDataUrl").asText(""));
        return artefacts.locate(uri);
    }

    private static String baseOf(Resource component) {
        return component.text("/Specification/BaseInferenceComponentName");
    }

    private static synchronized Resource create(
            Registry registry, String kind, String name, JsonNode request, String status) {
        if (registry.find(name).isPresent())
            throw new SageMakerException("Cannot create already existing %s \"%s\".".formatted(kind, name));
        Resource resource = Resource.create(name, request, status);
        registry.put(resource);
        return resource;
    }

    private static Resource found(Registry registry, String kind, String name) {
        return registry.find(name)
                .orElseThrow(() -> new SageMakerException("Could not find %s \"%s\".".formatted(kind, name)));
    }

    private static void stop(@org.jspecify.annotations.Nullable EndpointProcess process) {
        if (process == null) return;
        try {
            process.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        synchronized (this) {
            live.values().forEach(EndpointService::stop);
            live.clear();
        }
    }
}
