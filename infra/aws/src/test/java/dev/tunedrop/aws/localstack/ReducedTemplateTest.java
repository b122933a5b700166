package dev.tunedrop.aws.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis;

/// What LocalStack is given, looked at without it.
class ReducedTemplateTest {

    private static JsonNode reduced() {
        return ReducedTemplate.of(Synthesis.template().root(), "code", "functions.zip", "x86_64");
    }

    private static void references(JsonNode node, Set<String> found) {
        if (node.path("Ref").isTextual()) found.add(node.path("Ref").asText());
        if (node.path("Fn::GetAtt").isArray())
            found.add(node.path("Fn::GetAtt").path(0).asText());
        node.forEach(child -> references(child, found));
    }

    @Test
    void nothingInItRefersToWhatWasTakenOut() {
        JsonNode template = reduced();
        Set<String> known = new TreeSet<>();
        template.path("Resources").fieldNames().forEachRemaining(known::add);
        template.path("Parameters").fieldNames().forEachRemaining(known::add);
        Set<String> wanted = new TreeSet<>();
        references(template.path("Resources"), wanted);
        references(template.path("Outputs"), wanted);
        wanted.removeIf(name -> name.startsWith("AWS::"));
        assertThat(wanted).hasSizeGreaterThan(20);
        assertThat(known).containsAll(wanted);
    }

    @Test
    void theWayOfADropIsWhollyInIt() {
        JsonNode template = reduced();
        Set<String> types = new TreeSet<>();
        template.path("Resources").forEach(resource -> types.add(resource.path("Type").asText()));
        assertThat(types).containsExactlyInAnyOrderElementsOf(ReducedTemplate.KEPT);
        assertThat(template.path("Outputs")).hasSize(5);
    }
}
