package dev.tunedrop.local.facade;

import dev.tunedrop.local.batch.BatchService;
import dev.tunedrop.local.bus.LocalBus;
import dev.tunedrop.local.sagemaker.EndpointService;
import dev.tunedrop.local.secrets.SecretFiles;
import dev.tunedrop.local.states.StatesService;

/// Opens the door to services.
public final class Services {

    private final Facade facade;

    public Services(Facade facade) {
        this.facade = facade;
    }

    public Services states(StatesService states) {
        facade.serve(StatesApi.TARGET, new StatesApi(states), new RequestRules("states", "ValidationException"));
        return this;
    }

    public Services batch(BatchService batch) {
        RequestRules rules = new RequestRules("batch", "ClientException");
        BatchApi api = new BatchApi(batch);
        BatchApi.PATHS.forEach((path, operation) -> facade.servePath(path, operation, api, rules));
        RequestRules holdRules = new RequestRules("hold", "ClientException");
        HoldApi hold = new HoldApi(batch);
        HoldApi.PATHS.forEach((path, operation) -> facade.servePath(path, operation, hold, holdRules));
        return this;
    }

    public Services events(LocalBus bus) {
        facade.serve(EventsApi.TARGET, new EventsApi(bus), new RequestRules("events", "ValidationException"));
        return this;
    }

    public Services secrets(SecretFiles secrets, String arnPrefix) {
        facade.serve(
                SecretsApi.TARGET,
                new SecretsApi(secrets, arnPrefix),
                new RequestRules("secretsmanager", "InvalidParameterException"));
        return this;
    }

    /// @param functions those with a URL of their own
    public Services functionUrls(FunctionUrls functions) {
        facade.serveUrls(functions);
        return this;
    }

    public Services sagemaker(EndpointService sagemaker) {
        facade.serve(
                SageMakerApi.TARGET, new SageMakerApi(sagemaker), new RequestRules("sagemaker", "ValidationException"));
        facade.serveRuntime(new SageMakerRuntime(sagemaker));
        return this;
    }
}
