package dev.tunedrop.functions;

import org.jspecify.annotations.Nullable;

/// The names this installation was given: a system property, else an environment variable, of the same name.
public final class Configuration {

    private Configuration() {}

    public static String required(String name) {
        String value = find(name);
        if (value == null)
            throw new IllegalStateException("the setting " + name
                    + " is missing; set it as an environment variable of the function (or as a system property)");
        return value;
    }

    public static String value(String name, String otherwise) {
        String value = find(name);
        return value == null ? otherwise : value;
    }

    /// Whether jobs run on this very machine.
    public static boolean local() {
        return Boolean.parseBoolean(value("TUNEDROP_LOCAL_ROUTE", "false"));
    }

    /// What the setting says; absent where it says nothing.
    public static @Nullable String find(String name) {
        String property = System.getProperty(name);
        String value = property == null ? System.getenv(name) : property;
        return value == null || value.isBlank() ? null : value;
    }
}
