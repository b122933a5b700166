package dev.tunedrop.functions.provider;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Clock;
import java.util.function.Supplier;

import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.cloud.Objects.Head;
import dev.tunedrop.functions.cloud.Secrets;

/// What a service outside the account is set up with.
public record Means(Objects artefacts, Secrets secrets, Attempts attempts, Clock clock) {

    /// Read for every call, so that a rotated key is used at once.
    ///
    /// @param ofService its secret's name without what all of them start with
    public Supplier<String> secret(String ofService) {
        String name = Configuration.value("TUNEDROP_SECRETS", "tunedrop/providers/") + ofService;
        return () -> secrets.find(name)
                .map(String::strip)
                .orElseThrow(() -> new SaysNo(
                        "credentials", "there is no secret \"" + name + "\"; keep the service's key under that name"));
    }

    public Supplier<InputStream> content(TrainingOrder.DataFile file) {
        if (file.sizeBytes() == 0) return () -> new ByteArrayInputStream(new byte[0]);
        return () -> {
            Head head = artefacts
                    .head(file.key())
                    .orElseThrow(() -> new IllegalStateException(artefacts.address(file.key()) + " is missing"));
            return artefacts.open(file.key(), "etag:" + head.etag(), 0, file.sizeBytes());
        };
    }
}
