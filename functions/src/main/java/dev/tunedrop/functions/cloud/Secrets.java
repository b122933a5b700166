package dev.tunedrop.functions.cloud;

import java.util.Optional;

/// Values that are known by name only. They are read where they are used and kept nowhere.
public interface Secrets {

    Optional<String> find(String name);
}
