package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

import ai.djl.ndarray.NDManager;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.ClassifierConfig;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.PreferenceModel;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.model.RewardTally;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.model.Trainable;
import dev.tunedrop.trainer.op.PreferenceLoss;
import dev.tunedrop.trainer.weights.ModelConfig;

/// An adapter on a frozen base.
///
/// @param adapted base and adapter
/// @param model the same, as the objective sees it
record AdapterStudent(
        RunSettings settings, Path directory, NDManager manager, FrozenBase frozen, LoraModel adapted, Trainable model)
        implements Student {

    static AdapterStudent load(RunSettings settings, Path base, ModelConfig config, boolean pairs, NDManager manager) {
        FrozenBase frozen = FrozenBase.load(base, config, BaseOptions.of(settings), manager);
        LoraModel adapted = LoraModel.trained(frozen, fresh(settings, frozen, manager), Randomness.of(settings));
        Trainable model = pairs ? PreferenceModel.of(frozen, adapted, preference(settings)) : adapted;
        return new AdapterStudent(settings, base, manager, frozen, adapted, model);
    }

    private static LoraAdapter fresh(RunSettings settings, FrozenBase frozen, NDManager manager) {
        return LoraModel.freshAdapter(frozen, LoraConfig.of(settings, frozen.config()), settings.seed(), manager);
    }

    private static PreferenceLoss preference(RunSettings settings) {
        return new PreferenceLoss(settings.dpo().beta(), settings.dpo().labelSmoothing());
    }

    /// What training started from; of a classifier that is the base with an untrained top.
    static Reference untrained(RunSettings settings, FrozenBase frozen, NDManager scope) {
        return frozen.config().labels().isEmpty()
                ? measured(LoraModel.without(frozen), scope)
                : measured(LoraModel.frozen(frozen, fresh(settings, frozen, scope)), scope);
    }

    @Override
    public double score(MicroBatch batch, RewardTally tally) {
        return model instanceof PreferenceModel preference ? preference.score(batch, tally) : model.loss(batch);
    }

    @Override
    public Scored scored() {
        return adapted;
    }

    @Override
    public Reference base() {
        if (model instanceof PreferenceModel) return new Undecided();
        return untrained(settings, frozen, manager.newSubManager());
    }

    @Override
    public Reference adapter(Path adapterDirectory) {
        NDManager scope = manager.newSubManager();
        LoraAdapter adapter = AdapterFiles.load(adapterDirectory, frozen.config(), scope);
        LoraModel other = LoraModel.frozen(frozen, adapter);
        if (!(model instanceof PreferenceModel)) return measured(other, scope);
        PreferenceModel judged = PreferenceModel.of(frozen, other, preference(settings));
        return new Measured(judged::loss, judged::close, scope);
    }

    /// A model that predicts tokens.
    static Reference measured(Scored model, NDManager scope) {
        return new Measured(model::loss, model::close, scope);
    }

    @Override
    public String export(Path out) throws IOException {
        List<String> labels = frozen.config().labels();
        if (!labels.isEmpty()) ClassifierConfig.write(out, directory, labels);
        AdapterFiles.write(out, adapted.adapter(), frozen.config(), settings.base());
        return Sha256.of(out.resolve(AdapterFiles.WEIGHTS));
    }

    @Override
    public void close() {
        model.close();
        frozen.close();
    }

    /// @param end frees the model
    /// @param scope of what the model was made from
    private record Measured(ToDoubleFunction<MicroBatch> losses, Runnable end, NDManager scope) implements Reference {
        @Override
        public double loss(MicroBatch batch) {
            return losses.applyAsDouble(batch);
        }

        @Override
        public void close() {
            end.run();
            scope.close();
        }
    }

    /// The base judged against itself: no pair has a margin, and each has the loss of a tossed coin.
    private record Undecided() implements Reference {
        @Override
        public double loss(MicroBatch batch) {
            return Math.log(2) * batch.lengths().length / 2;
        }

        @Override
        public void close() {}
    }
}
