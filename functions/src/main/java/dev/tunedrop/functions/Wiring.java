package dev.tunedrop.functions;

import io.micronaut.context.ApplicationContext;

import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.DropVersions;
import dev.tunedrop.functions.cloud.Jobs;
import dev.tunedrop.functions.managed.Services;

/// Where Lambda's constructors get their doors to the outside: beans that Micronaut wired at compile time. Each call
/// wires anew, since a handler is made once per function instance.
public final class Wiring {

    private Wiring() {}

    public static Cloud cloud() {
        Cloud cloud = context().getBean(Cloud.class);
        Priming.register(cloud);
        return cloud;
    }

    public static Jobs jobs() {
        return context().getBean(Jobs.class);
    }

    public static DropVersions dropVersions() {
        return context().getBean(DropVersions.class);
    }

    public static Services services() {
        Services services = context().getBean(Services.class);
        Priming.register(services.cloud());
        return services;
    }

    /// The context lives as long as the function instance.
    private static ApplicationContext context() {
        return ApplicationContext.builder()
                .banner(false)
                .deduceEnvironment(false)
                .start();
    }
}
