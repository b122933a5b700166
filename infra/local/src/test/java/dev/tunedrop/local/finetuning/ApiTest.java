package dev.tunedrop.local.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.provider.openai.RequestSchema;

/// The API in front of a cloud in memory.
abstract class ApiTest {

    static final String ROW = "{\"messages\":[]}\n";

    /// Absent test data lets every shape pass; FakeOpenAi's own tests say when it is absent.
    private static final RequestSchema SCHEMA = RequestSchema.published();

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    ApiHere api;

    @BeforeEach
    void up() {
        api = new ApiHere(folder);
    }

    @AfterEach
    void down() {
        api.close();
    }

    static String order(String file, String more) {
        return "{\"model\":\"tunedrop-tiny\",\"training_file\":\"" + file + "\"" + more + "}";
    }

    final String job(String... headers) {
        return api.post("fine_tuning/jobs", order(api.upload(ROW), ""), headers).id();
    }

    final RunSettings settings(String job) {
        return SettingsFile.read(api.drops.find(job + "/tune.json").orElseThrow(), "tune.json");
    }

    static void shaped(String schema, JsonNode body) {
        assertThat(SCHEMA.check(schema, body)).as(schema).isEmpty();
    }
}
