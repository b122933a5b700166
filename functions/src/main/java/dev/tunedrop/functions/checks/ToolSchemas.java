package dev.tunedrop.functions.checks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import org.jspecify.annotations.Nullable;

/// Schemas of tools' arguments, as rows bring them. They come from the data, so they are not trusted: a reference to
/// anything outside the schema makes it unusable (nothing is fetched), and regular expressions are left out, for one
/// can be written that never ends.
final class ToolSchemas {

    private static final int KEPT = 64;

    private final JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final Map<JsonNode, Optional<Schema>> compiled = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JsonNode, Optional<Schema>> eldest) {
            return size() > KEPT;
        }
    };

    /// A schema that arguments can be held to.
    static final class Schema {
        private final JsonSchema schema;

        private Schema(JsonSchema schema) {
            this.schema = schema;
        }

        boolean fits(JsonNode arguments) {
            return schema.validate(arguments).isEmpty();
        }
    }

    /// Null for what is no schema or reaches outside.
    @Nullable
    Schema of(JsonNode parameters) {
        return compiled.computeIfAbsent(parameters, this::compile).orElse(null);
    }

    private Optional<Schema> compile(JsonNode parameters) {
        if (!parameters.isObject() || reachesOutside(parameters)) return Optional.empty();
        try {
            JsonSchema schema = factory.getSchema(withoutPatterns(parameters.deepCopy()));
            schema.initializeValidators();
            return Optional.of(new Schema(schema));
        } catch (JsonSchemaException e) {
            return Optional.empty();
        }
    }

    private static boolean reachesOutside(JsonNode node) {
        for (String key : new String[] {"$ref", "$dynamicRef", "$schema", "$id"}) {
            JsonNode value = node.get(key);
            if (value == null || !value.isTextual()) continue;
            boolean named = key.equals("$schema") && value.textValue().contains("json-schema.org/");
            if (!named && !value.textValue().startsWith("#")) return true;
        }
        for (JsonNode child : node) if (reachesOutside(child)) return true;
        return false;
    }

    private static JsonNode withoutPatterns(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path("pattern").isTextual()) object.remove("pattern");
            if (object.path("patternProperties").isObject()) object.remove("patternProperties");
            object.remove("$schema");
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) node.forEach(ToolSchemas::withoutPatterns);
        return node;
    }
}
