package dev.tunedrop.endpoint.encoder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDManager;

import dev.tunedrop.endpoint.generate.LabelScores;
import dev.tunedrop.endpoint.generate.LanguageModel;
import dev.tunedrop.events.UserMistake;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LabelLogits;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.weights.ModelConfig;

/// A classifier's top, and what an adapter changes below it, on a base that it shares with others.
final class LoadedClassifier implements LanguageModel.Adapter {

    private final List<String> labels;
    private final Scored model;
    private final int rank;
    private final double alpha;
    private final List<String> targets;
    private final NDManager manager;

    private LoadedClassifier(
            List<String> labels, Scored model, int rank, double alpha, List<String> targets, NDManager manager) {
        this.labels = labels;
        this.model = model;
        this.rank = rank;
        this.alpha = alpha;
        this.targets = List.copyOf(targets);
        this.manager = manager;
    }

    /// The base as its checkpoint has it.
    static LoadedClassifier of(FrozenBase base, NDManager parent) {
        NDManager manager = parent.newSubManager();
        return new LoadedClassifier(base.config().labels(), LoraModel.without(base), 0, 0, List.of(), manager);
    }

    static LoadedClassifier load(Path directory, FrozenBase base, NDManager parent) {
        List<String> labels = labels(directory);
        FrozenBase below = base.withLabels(labels);
        NDManager manager = parent.newSubManager();
        boolean loaded = false;
        try {
            LoraAdapter adapter = AdapterFiles.load(directory, below.config(), manager);
            LoraModel model = LoraModel.frozen(below, adapter);
            loaded = true;
            return new LoadedClassifier(
                    labels,
                    model,
                    adapter.config().rank(),
                    adapter.config().alpha(),
                    adapter.config().targetNames(below.config()),
                    manager);
        } finally {
            if (!loaded) manager.close();
        }
    }

    private static List<String> labels(Path directory) {
        List<String> labels = ModelConfig.read(directory).labels();
        if (labels.isEmpty())
            throw new UserMistake(
                    "%s/%s names no labels in id2label. Serve an adapter that was trained on rows of text and label"
                            .formatted(directory, ModelConfig.FILE));
        return labels;
    }

    /// The softmax of the logits.
    LabelScores scores(int[] ids) {
        float[] logits = LabelLogits.of(model, MicroBatch.of(ids), manager);
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) largest = Math.max(largest, logit);
        double sum = 0;
        for (float logit : logits) sum += Math.exp(logit - largest);
        List<LabelScores.Score> scores = new ArrayList<>();
        for (int i = 0; i < logits.length; i++)
            scores.add(new LabelScores.Score(labels.get(i), Math.exp(logits[i] - largest) / sum));
        return new LabelScores(scores, ids.length);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public double alpha() {
        return alpha;
    }

    @Override
    public List<String> targets() {
        return targets;
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }
}
