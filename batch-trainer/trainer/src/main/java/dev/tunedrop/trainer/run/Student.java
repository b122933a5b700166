package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import ai.djl.ndarray.NDManager;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.RewardTally;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.model.Trainable;
import dev.tunedrop.trainer.weights.ModelConfig;

/// What a method trains, and how it is handed over afterwards.
sealed interface Student extends AutoCloseable permits AdapterStudent, FullStudent {

    /// @param labels of the dataset, which make the model a classifier; empty: it learns tokens
    /// @param fresh whether a full fine-tune starts from random weights instead of the base's
    /// @param pairs whether the rows are preference pairs
    static Student load(
            RunSettings settings, Path base, List<String> labels, boolean fresh, boolean pairs, NDManager manager) {
        if (fresh && settings.method() != RunSettings.Method.FULL)
            throw new UserMistake(
                    "Random weights can only be trained whole. Set method to full, or train from the base's weights.");
        if (pairs && settings.method() == RunSettings.Method.FULL)
            throw new UserMistake("Preference pairs need the base beside what is trained, and a full fine-tune"
                    + " changes it. Set method to lora or qlora.");
        ModelConfig config = ModelConfig.read(base);
        if (!config.architecture().causal() && labels.isEmpty())
            throw new UserMistake(
                    "%s is an encoder, which learns labels of texts. Give it rows of \"text\" and \"label\", or choose a base that continues text."
                            .formatted(base));
        ModelConfig model = labels.isEmpty() ? config : config.withLabels(labels);
        return switch (settings.method()) {
            case LORA, QLORA -> AdapterStudent.load(settings, base, model, pairs, manager);
            case FULL -> FullStudent.load(settings, base, model, fresh, manager);
        };
    }

    Trainable model();

    /// The sum of a batch's losses; rewards of pairs are added to `tally`.
    default double score(MicroBatch batch, RewardTally tally) {
        return model().loss(batch);
    }

    /// What is trained, to be asked for what it computes.
    Scored scored();

    /// The sum of a batch's losses without what was trained: the base alone.
    Reference base();

    /// The same with an adapter that was published before.
    Reference adapter(Path adapterDirectory);

    /// Writes what was trained.
    ///
    /// @return sha256 of the weights written
    String export(Path directory) throws IOException;

    @Override
    void close();
}
