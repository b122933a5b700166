package dev.tunedrop.trainer.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.ContextLength;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// The shape of a model, from `config.json`. Letters are those of the shapes in `op` and `model`.
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
/// @param rope of a family that turns queries and keys
/// @param tiedHead whether the output head is the embedding itself
/// @param maxPositions longest context the model was made for
/// @param initializerRange standard deviation of fresh weights
/// @param labels of a classifier, in the order of its logits; empty: the model answers with tokens
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
        double initializerRange,
        List<String> labels) {

    public static final String FILE = "config.json";

    public ModelConfig {
        require(
                heads % kvHeads == 0,
                "num_attention_heads " + heads + " is no multiple of num_key_value_heads " + kvHeads);
        require(headDim % 2 == 0 || !architecture.rotary(), "head_dim must be even for RoPE, was " + headDim);
        labels = List.copyOf(labels);
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
        ConfigFields own = new ConfigFields(json, file);
        Architecture architecture = Architecture.read(own);
        ConfigFields config = architecture.usual(own);
        int hidden = config.positive("hidden_size", 0);
        int heads = config.positive("num_attention_heads", 0);
        int positions = config.positive("max_position_embeddings", 2048);
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
                architecture.rotary() ? Math.max(positions, ContextLength.of(json, 0)) : positions,
                config.number("initializer_range", 0.02),
                architecture.outer().classifier() == null ? List.of() : config.labels());
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
                initializerRange,
                labels);
    }

    /// The same model with a classifier's top.
    ///
    /// @throws UserMistake when the family has none
    public ModelConfig withLabels(List<String> chosen) {
        if (architecture.outer().classifier() == null)
            throw new UserMistake(
                    "A base of the family %s answers with tokens and has no place for a classifier. Choose an encoder such as BERT for rows of text and label, or write the label as an assistant's answer"
                            .formatted(architecture.getClass().getSimpleName()));
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
                rope,
                tiedHead,
                maxPositions,
                initializerRange,
                chosen);
    }

    /// The names of the top of a model with labels.
    public OuterModules.Classifier classifier() {
        OuterModules.Classifier classifier = architecture.outer().classifier();
        if (classifier == null || labels.isEmpty()) throw new IllegalStateException("this model is no classifier");
        return classifier;
    }

    /// The tensor that token ids are looked up in.
    public String embeddingTensor() {
        return architecture.outer().tokens() + ".weight";
    }

    /// The tensor that makes logits, the embedding's own where the head is tied.
    public String headTensor() {
        OuterModules outer = architecture.outer();
        if (!labels.isEmpty()) return classifier().head() + ".weight";
        return (tiedHead ? outer.tokens() : outer.head()) + ".weight";
    }

    /// The tensor that is added to logits.
    public @Nullable String headBias() {
        if (!labels.isEmpty()) return classifier().head() + ".bias";
        OuterModules.MaskedHead masked = architecture.outer().masked();
        return masked == null ? null : masked.bias();
    }

    /// Every linear map that is not the head's, layer by layer in the order of [Projection].
    public List<LinearMap> linearMaps() {
        List<LinearMap> maps = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++)
            for (Projection projection : architecture.linears().keySet()) maps.add(linearMap(projection, layer));
        OuterModules.MaskedHead masked = architecture.outer().masked();
        if (masked != null && labels.isEmpty()) maps.add(transform(masked));
        return maps;
    }

    /// A map of the family in one of its layers.
    public LinearMap linearMap(Projection projection, int layer) {
        String path = architecture.linears().get(projection);
        if (path == null) throw new IllegalStateException("a layer of this model has no " + projection);
        return LinearMap.of(architecture.layers() + layer + "." + path, projection, this);
    }

    public LinearMap transform(OuterModules.MaskedHead masked) {
        return LinearMap.of(masked.transform(), Projection.TRANSFORM, this);
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
