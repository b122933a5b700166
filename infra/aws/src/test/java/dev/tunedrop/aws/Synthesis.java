package dev.tunedrop.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import dev.tunedrop.aws.TunedropApp.Synthesised;
import dev.tunedrop.aws.cli.Node;
import dev.tunedrop.events.json.Json;

/// The stack, synthesised once for all tests, with its references resolved to readable names.
public final class Synthesis {

    private static @Nullable Synthesised once;

    private Synthesis() {}

    static synchronized Synthesised synthesised() {
        Assumptions.assumeTrue(Node.usable(), "no Node.js 20 or newer on the path: the stack cannot be synthesised");
        Synthesised known = once;
        if (known != null) return known;
        try {
            Path functions = Files.createTempDirectory("tunedrop-functions");
            Files.createDirectories(functions.resolve("lib"));
            Files.writeString(functions.resolve("lib/none.jar"), "stands for the functions' package");
            Path out = Files.createTempDirectory("tunedrop-cdk");
            known = new TunedropApp(Settings.of("tunedrop", functions), out).synthesise();
            once = known;
            return known;
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder", e);
        }
    }

    public static Template template() {
        return new Template(Json.read(synthesised().template(), JsonNode.class));
    }

    /// A template with `Ref`, `Fn::GetAtt` and `Fn::Join` put into effect.
    public record Template(JsonNode root) {

        /// The properties of every resource of a type, by logical name.
        public Map<String, JsonNode> all(String type) {
            Map<String, JsonNode> found = new TreeMap<>();
            root.path("Resources").properties().forEach(resource -> {
                if (resource.getValue().path("Type").asText().equals(type))
                    found.put(resource.getKey(), resolve(resource.getValue().path("Properties")));
            });
            return found;
        }

        /// The one resource of a type whose logical name begins as given.
        public JsonNode one(String type, String beginning) {
            List<JsonNode> found = all(type).entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(beginning))
                    .map(Map.Entry::getValue)
                    .toList();
            if (found.size() != 1)
                throw new AssertionError(found.size() + " resources of " + type + " begin with " + beginning);
            return found.getFirst();
        }

        JsonNode raw(String logicalName) {
            return root.path("Resources").path(logicalName);
        }

        JsonNode resolve(JsonNode node) {
            return new References(root.path("Resources")).resolve(node);
        }
    }
}
