package dev.tunedrop.functions.provider;

import java.io.InputStream;
import java.util.function.Supplier;

/// Opens a document of the artefact bucket, as often as it is sent.
@FunctionalInterface
public interface Content {
    Supplier<InputStream> of(TrainingOrder.DataFile file);
}
