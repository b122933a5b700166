package dev.tunedrop.endpoint.decoder;

import java.io.UncheckedIOException;
import java.nio.file.Path;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.generate.LanguageModel;
import dev.tunedrop.endpoint.generate.UnusableAdapter;
import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.op.RopeTable;
import dev.tunedrop.trainer.weights.ModelConfig;

/// A base that answers with its keys and values kept. The base, the adapters and each request's context have
/// native memory of their own, freed when each closes.
public final class DecoderModel implements LanguageModel {

    private static final int FIRST_POSITIONS = 512;

    private final String name;
    private final FrozenBase base;
    private final @Nullable RopeTable rope;
    private final NDManager manager;

    private DecoderModel(String name, FrozenBase base, @Nullable RopeTable rope, NDManager manager) {
        this.name = name;
        this.base = base;
        this.rope = rope;
        this.manager = manager;
    }

    /// Reads a base in Hugging Face layout.
    ///
    /// @param name of the base, by which adapters know it
    /// @throws UserMistake naming what is missing or broken
    public static DecoderModel load(Path directory, String name, BaseOptions options, NDManager parent) {
        NDManager manager = parent.newSubManager();
        boolean loaded = false;
        try {
            ModelConfig config = ModelConfig.read(directory);
            if (!config.architecture().causal())
                throw new UserMistake(
                        "%s is an encoder, which continues no text. Serve a base of another family, or measure this one with eval"
                                .formatted(directory));
            FrozenBase base = FrozenBase.load(directory, config, options, manager);
            RopeTable rope = config.architecture().rotary() ? rope(config, options, manager) : null;
            loaded = true;
            return new DecoderModel(name, base, rope, manager);
        } finally {
            if (!loaded) manager.close();
        }
    }

    private static RopeTable rope(ModelConfig config, BaseOptions options, NDManager manager) {
        return new RopeTable(
                manager,
                config.rope().frequencies(config.headDim()),
                config.rope().magnitude(),
                Math.min(FIRST_POSITIONS, config.maxPositions()),
                options.compute());
    }

    @Override
    public int contextTokens() {
        return base.config().maxPositions();
    }

    @Override
    public Adapter loadAdapter(Path directory) {
        try {
            AdapterOrigin.check(directory, name);
            return LoadedAdapter.load(directory, base, manager);
        } catch (UserMistake | InvalidDocument | UncheckedIOException e) {
            throw new UnusableAdapter(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Decoding open(@Nullable Adapter adapter, int capacity) {
        LoadedAdapter loaded = switch (adapter) {
            case null -> null;
            case LoadedAdapter ours -> ours;
            default -> throw new IllegalArgumentException("not an adapter of this model");
        };
        return new DecoderContext(base, rope, loaded, capacity, manager);
    }

    @Override
    public void close() {
        manager.close();
    }
}
