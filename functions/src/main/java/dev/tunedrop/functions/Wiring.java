package dev.tunedrop.functions;

import io.micronaut.context.ApplicationContext;

import dev.tunedrop.functions.cloud.Cloud;

/// Where Lambda's constructors get their doors to the outside: beans that Micronaut wired at compile time. Each call
/// wires anew, since a handler is made once per function instance.
public final class Wiring {

    private Wiring() {}

    /// The context lives as long as the function instance.
    @SuppressWarnings("resource")
    public static Cloud cloud() {
        return ApplicationContext.builder()
                .banner(false)
                .deduceEnvironment(false)
                .start()
                .getBean(Cloud.class);
    }
}
