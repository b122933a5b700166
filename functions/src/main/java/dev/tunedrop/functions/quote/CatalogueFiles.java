package dev.tunedrop.functions.quote;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.quote.Catalogue.Base;
import dev.tunedrop.functions.quote.Catalogue.Instance;
import dev.tunedrop.functions.quote.Catalogue.Managed;
import dev.tunedrop.functions.quote.Catalogue.Row;
import dev.tunedrop.functions.quote.Catalogue.Serverless;
import dev.tunedrop.functions.quote.Catalogue.Serving;
import dev.tunedrop.functions.quote.Catalogue.Speed;
import dev.tunedrop.functions.quote.Catalogue.Table;
import dev.tunedrop.functions.quote.Catalogue.TradeOff;

/// Reads the catalogue's tables: each from the artefact bucket where there is one, else as it was shipped.
public final class CatalogueFiles {

    /// Where a table in the bucket lies, which replaces the shipped one of the same name.
    public static final String PREFIX = "catalogue/";

    private CatalogueFiles() {}

    public static Catalogue load(Objects artefacts) {
        return load(name -> artefacts.find(PREFIX + name));
    }

    /// @param override a table's bytes by file name; empty: the shipped one
    public static Catalogue load(Function<String, Optional<byte[]>> override) {
        return new Catalogue(
                table("bases.json", Base.class, override),
                table("managed.json", Managed.class, override),
                table("instances.json", Instance.class, override),
                table("serving.json", Serving.class, override),
                table("serverless.json", Serverless.class, override),
                table("speeds.json", Speed.class, override),
                table("trade-offs.json", TradeOff.class, override));
    }

    /// A shipped table's text.
    public static byte[] shipped(String name) {
        try (InputStream in = CatalogueFiles.class.getResourceAsStream("catalogue/" + name)) {
            if (in == null) throw new IllegalStateException("the catalogue has no " + name);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private static <T extends Row> Table<T> table(
            String name, Class<T> type, Function<String, Optional<byte[]>> override) {
        JsonNode file = Json.tree(override.apply(name).orElseGet(() -> shipped(name)), PREFIX + name);
        JsonNode rows = file.path("rows");
        int days = file.path("staleAfterDays").asInt(0);
        if (!rows.isArray() || rows.isEmpty() || days <= 0)
            throw new InvalidDocument(PREFIX + name
                    + ": must have rows and staleAfterDays above 0; put it right, or remove it to use the shipped one");
        List<T> read = new ArrayList<>();
        for (JsonNode row : rows) read.add(Json.convert(row, type, PREFIX + name + ", row " + (read.size() + 1)));
        return new Table<>(name, days, file.path("region").textValue(), read);
    }
}
