package dev.tunedrop.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.trainer.SharedData;

class CheckpointTest {

    @TempDir
    Path folder;

    @Test
    void aShardedCheckpointReadsAsASingleFileDoes() throws IOException {
        write("model-1.safetensors", "a", 1, 2, 3, 4);
        write("model-2.safetensors", "b", 5, 6);
        Files.writeString(folder.resolve(Checkpoint.INDEX), """
                {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
                """);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.get("a", 4).floats()).containsExactly(1, 2, 3, 4);
            assertThat(checkpoint.get("b", 2).floats()).containsExactly(5, 6);
        }
    }

    @Test
    void aShardThatIsMissingIsNamed() throws IOException {
        Files.writeString(folder.resolve(Checkpoint.INDEX), "{\"weight_map\": {\"a\": \"gone.safetensors\"}}");
        refused("gone.safetensors", "Fetch the base model again");
    }

    @Test
    void anIndexThatNamesAnotherShardIsRefusedNamingBoth() throws IOException {
        write("model-1.safetensors", "a", 1, 2, 3, 4);
        write("model-2.safetensors", "b", 5, 6);
        Files.writeString(folder.resolve(Checkpoint.INDEX), """
                {"weight_map": {"a": "model-1.safetensors", "b": "model-1.safetensors"}}
                """);
        refused("b should be in model-1.safetensors and is not there", "Fetch the base model again");
    }

    @Test
    void aShardOutsideTheDirectoryIsRefused() throws IOException {
        Files.writeString(folder.resolve(Checkpoint.INDEX), "{\"weight_map\": {\"a\": \"../a.safetensors\"}}");
        refused("which is no file beside the index", "");
    }

    @Test
    void aDirectoryWithoutWeightsIsRefused() {
        refused("has neither model.safetensors nor model.safetensors.index.json", "");
    }

    @Test
    void aTruncatedFileIsRefusedInOneSentence() throws IOException {
        Path file = write(Checkpoint.SINGLE, "a", 1, 2, 3, 4);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 5));
        refused("is cut short", "; fetch it again");
    }

    @Test
    void aNaNIsNamedByTensorAndFile() throws IOException {
        write(Checkpoint.SINGLE, "a", 1, Float.NaN);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> checkpoint.get("a", 2))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining("model.safetensors: tensor a holds NaN or infinity at element 1");
        }
    }

    @Test
    void aTensorOfAnotherShapeIsRefusedWithBothShapes() throws IOException {
        write(Checkpoint.SINGLE, "a", 1, 2);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> checkpoint.get("a", 3))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining("a must be [3] by config.json, was [2]");
        }
    }

    @Test
    void bothDialectsOfAConfigurationSayTheSame() throws IOException {
        Files.writeString(folder.resolve(ModelConfig.FILE), """
                {"model_type": "llama", "torch_dtype": "bfloat16", "vocab_size": 1024, "hidden_size": 128,
                 "intermediate_size": 344, "num_hidden_layers": 4, "num_attention_heads": 8, "num_key_value_heads": 2,
                 "head_dim": 16, "rms_norm_eps": 1e-05, "tie_word_embeddings": true, "max_position_embeddings": 512,
                 "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 32.0,
                 "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 128}}
                """);
        assertThat(ModelConfig.read(folder))
                .isEqualTo(ModelConfig.read(SharedData.path("models/synthetic-tiny-llama3")));
    }

    @Test
    void anotherArchitectureIsRefusedByName() throws IOException {
        Files.writeString(folder.resolve(ModelConfig.FILE), "{\"model_type\": \"mamba\"}");
        assertThatThrownBy(() -> ModelConfig.read(folder))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("config.json: model_type \"mamba\" is not supported");
    }

    @Test
    void aConfigurationWithoutASizeIsRefusedNamingIt() throws IOException {
        Files.writeString(folder.resolve(ModelConfig.FILE), "{\"model_type\": \"llama\", \"num_attention_heads\": 2}");
        assertThatThrownBy(() -> ModelConfig.read(folder))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("hidden_size must be a positive whole number");
    }

    private void refused(String what, String remedy) {
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining(what)
                .hasMessageContaining(remedy)
                .hasMessageNotContaining("\n");
    }

    private Path write(String file, String tensor, float... values) throws IOException {
        Path path = folder.resolve(file);
        SafetensorsWriter.write(
                path, Map.of(), List.of(SafetensorsWriter.Tensor.ofFloats(tensor, new long[] {values.length}, values)));
        return path;
    }
}
