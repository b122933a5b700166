package dev.tunedrop.functions.provider.openai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// OpenAI's published schema, made strict: a field it does not name is a fault. Where the schema is absent, everything
/// passes; a test of the schema itself says so.
public final class RequestSchema {

    private final @Nullable JsonNode components;

    private RequestSchema(@Nullable JsonNode components) {
        this.components = components;
    }

    static final RequestSchema NONE = new RequestSchema(null);

    static Path file() {
        return Path.of(System.getProperty("tunedrop.shared", "../../shared"), "data", "specs", "openai-openapi.yaml");
    }

    public static RequestSchema published() {
        if (!Files.isRegularFile(file())) return NONE;
        try {
            org.yaml.snakeyaml.LoaderOptions options = new org.yaml.snakeyaml.LoaderOptions();
            options.setCodePointLimit(64 << 20);
            YAMLMapper yaml = new YAMLMapper(com.fasterxml.jackson.dataformat.yaml.YAMLFactory.builder()
                    .loaderOptions(options)
                    .build());
            return new RequestSchema(yaml.readTree(file().toFile()).path("components"));
        } catch (IOException e) {
            throw new UncheckedIOException("the published schema cannot be read", e);
        }
    }

    public List<String> check(String name, JsonNode body) {
        if (components == null) return List.of();
        ObjectNode root = Json.mapper().createObjectNode();
        root.set("components", components);
        root.put("$ref", "#/components/schemas/" + name);
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(root);
        List<String> faults = new java.util.ArrayList<>();
        schema.validate(body).forEach(fault -> faults.add(fault.getMessage()));
        body.fieldNames().forEachRemaining(field -> {
            if (!components.path("schemas").path(name).path("properties").has(field))
                faults.add("unknown field " + field);
        });
        return faults;
    }
}
