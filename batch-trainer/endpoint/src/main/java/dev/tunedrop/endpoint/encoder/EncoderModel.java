package dev.tunedrop.endpoint.encoder;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.decoder.AdapterOrigin;
import dev.tunedrop.endpoint.generate.LabelScores;
import dev.tunedrop.endpoint.generate.LanguageModel;
import dev.tunedrop.endpoint.generate.TextClassifier;
import dev.tunedrop.endpoint.generate.UnusableAdapter;
import dev.tunedrop.endpoint.generate.UnusableRequest;
import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.weights.ModelConfig;

/// An encoder with a classifier's top on it: an adapter's, or the base's own where its checkpoint has one.
public final class EncoderModel implements TextClassifier {

    /// What the base is loaded as where it has no labels of its own; no text is ever answered with them.
    private static final List<String> NO_LABELS = List.of("0", "1");

    private final String name;
    private final BaseText text;
    private final FrozenBase base;
    private final @Nullable LoadedClassifier own;
    private final NDManager manager;

    private EncoderModel(
            String name, BaseText text, FrozenBase base, @Nullable LoadedClassifier own, NDManager manager) {
        this.name = name;
        this.text = text;
        this.base = base;
        this.own = own;
        this.manager = manager;
    }

    /// Reads a base in Hugging Face layout.
    ///
    /// @param name of the base, by which adapters know it
    /// @param text of the same base; it stays the caller's
    /// @throws UserMistake naming what is missing or broken
    public static EncoderModel load(Path directory, String name, BaseText text, BaseOptions options, NDManager parent) {
        NDManager manager = parent.newSubManager();
        boolean loaded = false;
        try {
            ModelConfig config = ModelConfig.read(directory);
            boolean labels = !config.labels().isEmpty();
            FrozenBase base =
                    FrozenBase.load(directory, labels ? config : config.withLabels(NO_LABELS), options, manager);
            LoadedClassifier own = labels ? LoadedClassifier.of(base, manager) : null;
            loaded = true;
            return new EncoderModel(name, text, base, own, manager);
        } finally {
            if (!loaded) manager.close();
        }
    }

    @Override
    public LanguageModel.Adapter loadAdapter(Path directory) {
        try {
            AdapterOrigin.check(directory, name);
            return LoadedClassifier.load(directory, base, manager);
        } catch (UserMistake | InvalidDocument | UncheckedIOException e) {
            throw new UnusableAdapter(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public LabelScores classify(LanguageModel.@Nullable Adapter adapter, String asked) {
        LoadedClassifier classifier = switch (adapter) {
            case null -> own;
            case LoadedClassifier ours -> ours;
            default -> throw new IllegalArgumentException("not an adapter of this model");
        };
        if (classifier == null)
            throw new UnusableRequest(
                    UnusableRequest.Reason.CHAT_TEMPLATE,
                    "the base alone knows no labels; name an adapter that was trained to tell some");
        try {
            return classifier.scores(text.textIds(asked, Integer.MAX_VALUE));
        } catch (TextException e) {
            throw new UnusableRequest(UnusableRequest.Reason.CHAT_TEMPLATE, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
