package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.nio.file.Path;

import ai.djl.ndarray.NDManager;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.model.Scored;

/// An adapter on a frozen base.
record AdapterStudent(RunSettings settings, NDManager manager, FrozenBase frozen, LoraModel model) implements Student {

    static AdapterStudent load(RunSettings settings, Path base, NDManager manager) {
        FrozenBase frozen = FrozenBase.load(base, BaseOptions.of(settings), manager);
        LoraAdapter adapter =
                LoraAdapter.fresh(frozen.config(), LoraConfig.of(settings, frozen.config()), settings.seed(), manager);
        return new AdapterStudent(
                settings, manager, frozen, LoraModel.trained(frozen, adapter, Randomness.of(settings)));
    }

    @Override
    public Reference base() {
        return new Measured(LoraModel.without(frozen), manager.newSubManager());
    }

    @Override
    public Reference adapter(Path adapterDirectory) {
        NDManager scope = manager.newSubManager();
        LoraAdapter adapter = AdapterFiles.load(adapterDirectory, frozen.config(), scope);
        return new Measured(LoraModel.frozen(frozen, adapter), scope);
    }

    @Override
    public String export(Path directory) throws IOException {
        AdapterFiles.write(directory, model.adapter(), frozen.config(), settings.base());
        return Sha256.of(directory.resolve(AdapterFiles.WEIGHTS));
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
