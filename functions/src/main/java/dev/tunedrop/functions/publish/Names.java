package dev.tunedrop.functions.publish;

import java.util.Locale;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunSettings;

/// SageMaker's names: 1 to 63 letters, digits and hyphens, no hyphen at an end.
public final class Names {

    private static final String MANAGED = ":";
    private static final int LONGEST = 63;
    private static final int IDENTITY_DIGITS = 32;

    private Names() {}

    /// The endpoint of a drop: the setting, else the dataset's name.
    public static String endpoint(DropRef drop, RunSettings settings) {
        return settings.endpoint() == null ? slug(drop.dataset(), LONGEST - "-base".length()) : settings.endpoint();
    }

    /// The component of a run's adapter: readable first, unique last. A run's name never comes back, nor does this.
    static String component(String runId) {
        String identity = runId.substring(Math.max(0, runId.length() - IDENTITY_DIGITS));
        String readable = runId.substring(0, runId.length() - identity.length());
        return slug(readable, LONGEST - IDENTITY_DIGITS - 1) + "-" + identity;
    }

    /// What answers for a model that a service keeps: the service and the model's id there.
    static String managedComponent(String provider, String model) {
        return provider + MANAGED + model;
    }

    /// Whether a component is a service's model. SageMaker's names have no colon.
    public static boolean managed(String component) {
        return component.contains(MANAGED);
    }

    /// The service of a model that a service keeps.
    public static String provider(String component) {
        return component.substring(0, component.indexOf(MANAGED));
    }

    /// What follows the service: the id by which its model is asked.
    public static String askedAs(String component) {
        return component.substring(component.indexOf(MANAGED) + 1);
    }

    public static String slug(String text, int longest) {
        String slug =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        slug = slug.substring(0, Math.min(slug.length(), longest)).replaceAll("-+$", "");
        return slug.isEmpty() ? "dataset" : slug;
    }
}
