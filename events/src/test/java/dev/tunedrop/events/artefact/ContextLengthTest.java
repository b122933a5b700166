package dev.tunedrop.events.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.json.Json;

class ContextLengthTest {

    /// Llama 3.1's and linear scaling's `max_position_embeddings` is the stretched length already.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; 7",
                "{'max_position_embeddings': 32768}; 32768",
                "{'max_position_embeddings': 32768, 'rope_scaling': null}; 32768",
                "{'max_position_embeddings': 131072, 'rope_scaling': {'rope_type': 'llama3', 'factor': 8.0,"
                        + " 'original_max_position_embeddings': 8192}}; 131072",
                "{'max_position_embeddings': 16384, 'rope_scaling': {'type': 'linear', 'factor': 4.0}}; 16384",
                "{'max_position_embeddings': 32768, 'rope_scaling': {'type': 'yarn', 'factor': 4.0,"
                        + " 'original_max_position_embeddings': 32768}}; 131072",
                "{'max_position_embeddings': 32768, 'rope_scaling': {'type': 'yarn', 'factor': 4.0}}; 131072",
                "{'max_position_embeddings': 131072, 'rope_parameters': {'rope_type': 'yarn', 'factor': 4.0,"
                        + " 'original_max_position_embeddings': 32768}}; 131072",
                "{'max_position_embeddings': 131072, 'rope_parameters': {'rope_type': 'yarn', 'factor': null,"
                        + " 'original_max_position_embeddings': 32768}}; 131072",
                "{'rope_parameters': {'rope_type': 'yarn', 'factor': 2.5, 'original_max_position_embeddings': 100}};"
                        + " 250",
                "{'rope_scaling': {'type': 'yarn', 'factor': 4.0}}; 7",
            })
    void aBaseReadsAsManyTokensAsItsConfigurationStretchesItTo(String config, int length) {
        byte[] json = config.replace('\'', '"').getBytes(UTF_8);
        assertThat(ContextLength.of(Json.tree(json, "config.json"), 7)).isEqualTo(length);
    }
}
