package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.nio.file.Path;

import ai.djl.ndarray.NDManager;

import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.FullModel;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.weights.ModelConfig;

/// Every weight of a model.
record FullStudent(RunSettings settings, Path directory, NDManager manager, FullModel model) implements Student {

    static FullStudent load(RunSettings settings, Path base, ModelConfig config, boolean fresh, NDManager manager) {
        BaseOptions options = BaseOptions.of(settings);
        Randomness randomness = Randomness.of(settings);
        FullModel model = fresh
                ? FullModel.fresh(config, options, randomness, manager)
                : FullModel.load(base, config, options, randomness, manager);
        return new FullStudent(settings, base, manager, model);
    }

    @Override
    public Scored scored() {
        return model;
    }

    @Override
    public Reference base() {
        NDManager scope = manager.newSubManager();
        FrozenBase frozen = FrozenBase.load(directory, model.config(), BaseOptions.of(settings), scope);
        return AdapterStudent.untrained(settings, frozen, scope);
    }

    @Override
    public Reference adapter(Path adapterDirectory) {
        NDManager scope = manager.newSubManager();
        FrozenBase frozen = FrozenBase.load(directory, model.config(), BaseOptions.of(settings), scope);
        LoraAdapter adapter = AdapterFiles.load(adapterDirectory, frozen.config(), scope);
        return AdapterStudent.measured(LoraModel.frozen(frozen, adapter), scope);
    }

    /// In the precision of the compute: what the model was measured with is what is handed over.
    @Override
    public String export(Path out) throws IOException {
        DType dtype = switch (settings.compute()) {
            case FP32 -> DType.F32;
            case BF16 -> DType.BF16;
        };
        return ModelDirectory.write(directory, out, model.config().labels(), model.parameters(), dtype);
    }

    @Override
    public void close() {
        model.close();
    }
}
