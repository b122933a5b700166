package dev.tunedrop.aws.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.aws.Synthesis;
import dev.tunedrop.events.json.Json;

/// What ships with a release.
class ReleaseTest {

    @TempDir
    private Path folder;

    private Path functions(String content) throws IOException {
        Path functions = Files.createDirectories(folder.resolve("functions"));
        Files.writeString(Files.createDirectories(functions.resolve("lib")).resolve("a.jar"), content);
        return functions;
    }

    private JsonNode written(String name, String content) throws IOException {
        Path out = folder.resolve(name);
        Release.write(out, Synthesis.template().root(), functions(content));
        return Json.read(out.resolve(Release.TEMPLATE), JsonNode.class);
    }

    @Test
    void theTemplateNeedsNothingOfTheCdk() throws IOException {
        JsonNode template = written("out", "x");
        assertThat(template.toString()).doesNotContain("cdk-hnb659fds", "BootstrapVersion");
        assertThat(template.path("Parameters").has("CodeBucket")).isTrue();
        int functions = 0;
        for (JsonNode resource : template.path("Resources"))
            if (resource.path("Type").asText().equals("AWS::Lambda::Function")) {
                functions++;
                assertThat(resource.at("/Properties/Code/S3Bucket/Ref").asText()).isEqualTo("CodeBucket");
                assertThat(resource.at("/Properties/Code/S3Key/Ref").asText()).isEqualTo("CodeKey");
            }
        assertThat(functions).isEqualTo(Synthesis.template().all("AWS::Lambda::Function").size());
    }

    @Test
    void theSamePackageGivesTheSameBytesAndAnotherPackageAnotherTemplate() throws IOException {
        JsonNode first = written("one", "x");
        JsonNode again = written("two", "x");
        assertThat(again).isEqualTo(first);
        assertThat(Files.readAllBytes(folder.resolve("two").resolve(Release.PACKAGE)))
                .isEqualTo(Files.readAllBytes(folder.resolve("one").resolve(Release.PACKAGE)));
        assertThat(written("three", "y")).isNotEqualTo(first);
    }
}
