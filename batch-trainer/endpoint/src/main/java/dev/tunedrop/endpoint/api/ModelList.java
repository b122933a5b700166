package dev.tunedrop.endpoint.api;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.generate.ServedAdapter;

/// What can be asked by name: the base and every adapter, in OpenAI's form.
public record ModelList(String object, List<Model> data) {

    public ModelList {
        data = List.copyOf(data);
    }

    /// @param parent the base that an adapter changes; absent for the base
    public record Model(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String ownedBy,
            @Nullable String parent) {}

    public static ModelList of(String base, List<ServedAdapter> adapters, long created) {
        List<Model> models = new ArrayList<>();
        models.add(new Model(base, "model", created, "tunedrop", null));
        for (ServedAdapter each : adapters) models.add(new Model(each.name(), "model", created, "tunedrop", base));
        return new ModelList("list", models);
    }
}
