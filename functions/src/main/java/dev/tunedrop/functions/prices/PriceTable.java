package dev.tunedrop.functions.prices;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.quote.CatalogueFiles;

/// The catalogue's table of machines as quotes read it: in the artefact bucket, else as it was shipped.
public final class PriceTable {

    private static final String NAME = "instances.json";

    /// Where quotes look for it.
    public static final String KEY = CatalogueFiles.PREFIX + NAME;

    private PriceTable() {}

    /// As it was shipped, with prices of today.
    public static RefreshedInstances refreshed(String region, Prices prices, LocalDate today) {
        return RefreshedInstances.of(CatalogueFiles.shipped(NAME), region, prices, today);
    }

    /// The bucket's table, whoever wrote it, with prices of today.
    public static RefreshedInstances refreshed(Objects artefacts, String region, Prices prices, LocalDate today) {
        return RefreshedInstances.of(
                artefacts.find(KEY).orElseGet(() -> CatalogueFiles.shipped(NAME)), region, prices, today);
    }

    public static void put(Objects artefacts, RefreshedInstances refreshed) {
        artefacts.put(KEY, Json.write(refreshed.table()).getBytes(StandardCharsets.UTF_8), "application/json");
    }
}
