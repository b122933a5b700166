package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.weights.ModelConfig;

/// An adapter on a frozen base.
record AdapterStudent(RunSettings settings, Path directory, NDManager manager, FrozenBase frozen, LoraModel model)
        implements Student {

    static AdapterStudent load(RunSettings settings, Path base, ModelConfig config, NDManager manager) {
        FrozenBase frozen = FrozenBase.load(base, config, BaseOptions.of(settings), manager);
        LoraModel model = LoraModel.trained(frozen, fresh(settings, frozen, manager), Randomness.of(settings));
        return new AdapterStudent(settings, base, manager, frozen, model);
    }

    static LoraAdapter fresh(RunSettings settings, FrozenBase frozen, NDManager manager) {
        ModelConfig config = frozen.config();
        return LoraAdapter.fresh(config, LoraConfig.of(settings, config), settings.seed(), frozen.tops(), manager);
    }

    /// What training started from; of a classifier that is the base with an untrained top.
    static Reference untrained(RunSettings settings, FrozenBase frozen, NDManager scope) {
        return frozen.config().labels().isEmpty()
                ? new Measured(LoraModel.without(frozen), scope)
                : new Measured(LoraModel.frozen(frozen, fresh(settings, frozen, scope)), scope);
    }

    @Override
    public Reference base() {
        return untrained(settings, frozen, manager.newSubManager());
    }

    @Override
    public Reference adapter(Path adapterDirectory) {
        NDManager scope = manager.newSubManager();
        LoraAdapter adapter = AdapterFiles.load(adapterDirectory, frozen.config(), scope);
        return new Measured(LoraModel.frozen(frozen, adapter), scope);
    }

    @Override
    public String export(Path out) throws IOException {
        List<String> labels = frozen.config().labels();
        if (!labels.isEmpty()) ClassifierConfig.write(out, directory, labels);
        AdapterFiles.write(out, model.adapter(), frozen.config(), settings.base());
        return Sha256.of(out.resolve(AdapterFiles.WEIGHTS));
    }

    @Override
    public void close() {
        model.close();
        frozen.close();
    }

    /// @param scope of what the model was made from
    record Measured(Scored model, NDManager scope) implements Reference {
        @Override
        public double loss(MicroBatch batch) {
            return model.loss(batch);
        }

        @Override
        public void close() {
            model.close();
            scope.close();
        }
    }
}
