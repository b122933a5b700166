package dev.tunedrop.trainer.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// The shape of a decoder, from `config.json`. Letters are those of the shapes in `op` and `model`.
///
/// @param architecture what sets the model's family apart
/// @param vocabulary V, rows of the embedding
/// @param hidden C, width of the residual stream
/// @param intermediate F, width inside the feed-forward part
/// @param layers L
/// @param heads H, query heads
/// @param kvHeads K, key and value heads; H is a multiple of K
/// @param headDim D, which may differ from C / H
/// @param normEpsilon added to the mean square
/// @param tiedHead whether the output head is the embedding itself
/// @param maxPositions longest context the model was made for
/// @param initializerRange standard deviation of fresh weights
public record ModelConfig(
        Architecture architecture,
        int vocabulary,
        int hidden,
        int intermediate,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        double normEpsilon,
        RopeConfig rope,
        boolean tiedHead,
        int maxPositions,
        double initializerRange) {

    public static final String FILE = "config.json";

    public ModelConfig {
        require(
                heads % kvHeads == 0,
                "num_attention_heads " + heads + " is no multiple of num_key_value_heads " + kvHeads);
        require(headDim % 2 == 0, "head_dim must be even for RoPE, was " + headDim);
    }

    /// Reads `config.json` of a model directory.
    public static ModelConfig read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file))
            throw new UserMistake(
                    "%s has no %s. Name a directory with a Hugging Face model".formatted(directory, FILE));
        try {
            return parse(Json.tree(Files.readAllBytes(file), file.toString()), file.toString());
        } catch (IOException e) {
            throw new UserMistake("%s cannot be read (%s). Check its permissions".formatted(file, e.getMessage()), e);
        } catch (InvalidDocument e) {
            throw new UserMistake(e.getMessage() + ". Fetch the base model again", e);
        } catch (IllegalArgumentException e) {
            throw new UserMistake("%s: %s. Fetch the base model again".formatted(file, e.getMessage()), e);
        }
    }

    /// @param file names the document in messages
    static ModelConfig parse(JsonNode json, String file) {
        ConfigFields config = new ConfigFields(json, file);
        Architecture architecture = Architecture.read(config);
        int hidden = config.positive("hidden_size", 0);
        int heads = config.positive("num_attention_heads", 0);
        return new ModelConfig(
                architecture,
                config.positive("vocab_size", 0),
                hidden,
                config.positive("intermediate_size", 0),
                config.positive("num_hidden_layers", 0),
                heads,
                config.positive("num_key_value_heads", heads),
                config.positive("head_dim", architecture.headDim(hidden, heads)),
                config.number("rms_norm_eps", 1e-6),
                RopeConfig.read(json, file),
                config.flag("tie_word_embeddings", architecture.tiedByDefault()),
                config.positive("max_position_embeddings", 2048),
                config.number("initializer_range", 0.02));
    }

    public ModelConfig with(RopeConfig chosen) {
        return new ModelConfig(
                architecture,
                vocabulary,
                hidden,
                intermediate,
                layers,
                heads,
                kvHeads,
                headDim,
                normEpsilon,
                chosen,
                tiedHead,
                maxPositions,
                initializerRange);
    }

    /// Width of the queries, H D.
    public int queryWidth() {
        return heads * headDim;
    }

    /// Width of the keys and of the values, K D.
    public int keyWidth() {
        return kvHeads * headDim;
    }

    private static void require(boolean holds, String message) {
        if (!holds) throw new IllegalArgumentException(message);
    }
}
