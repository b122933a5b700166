package dev.tunedrop.endpoint.decoder;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.generate.LanguageModel;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.op.DoraLinear;
import dev.tunedrop.trainer.op.FrozenLinear;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.LoraLinear;
import dev.tunedrop.trainer.weights.ModelConfig;

/// A LoRA adapter in compute precision, in memory of its own.
final class LoadedAdapter implements LanguageModel.Adapter {

    private final LoraConfig config;
    private final List<String> targets;
    private final Map<String, Pair> pairs;
    private final NDManager manager;

    /// @param norm of the corrected rows, beside a magnitude
    private record Pair(
            Leaf a,
            Leaf b,
            @Nullable NDArray magnitude,
            @Nullable NDArray norm) {}

    private LoadedAdapter(LoraConfig config, List<String> targets, Map<String, Pair> pairs, NDManager manager) {
        this.config = config;
        this.targets = targets;
        this.pairs = pairs;
        this.manager = manager;
    }

    static LoadedAdapter load(Path directory, FrozenBase base, NDManager parent) {
        ModelConfig model = base.config();
        NDManager manager = parent.newSubManager();
        boolean loaded = false;
        try (NDManager masters = manager.newSubManager()) {
            LoraAdapter adapter = AdapterFiles.load(directory, model, masters);
            Map<String, Pair> pairs = new HashMap<>();
            adapter.pairs()
                    .forEach((module, pair) -> pairs.put(
                            module, pair(module, pair, adapter.config().scale(), base, manager)));
            loaded = true;
            return new LoadedAdapter(adapter.config(), adapter.config().targetNames(model), pairs, manager);
        } finally {
            if (!loaded) manager.close();
        }
    }

    /// Nothing of it moves any more, so the norm is made once.
    private static Pair pair(
            String module, LoraAdapter.Pair masters, double scale, FrozenBase base, NDManager manager) {
        DataType compute = base.options().compute();
        Leaf a = leaf(masters.a(), compute, manager);
        Leaf b = leaf(masters.b(), compute, manager);
        NDArray magnitude = masters.magnitude();
        if (magnitude == null) return new Pair(a, b, null, null);
        magnitude.attach(manager);
        try (NDManager work = manager.newSubManager()) {
            NDArray w = base.linear(module).open(work);
            NDArray norm = DoraLinear.norm(w, a.value(), b.value(), base.squares(module), scale);
            norm.attach(manager);
            return new Pair(a, b, magnitude, norm);
        }
    }

    private static Leaf leaf(NDArray master, DataType compute, NDManager manager) {
        if (master.getDataType() != compute) return Leaf.frozen(Ops.cast(master, compute, manager));
        master.attach(manager);
        return Leaf.frozen(master);
    }

    /// The corrected map, or the base's own where this adapter does not touch it.
    Linear correct(String module, NDArray w) {
        Pair pair = pairs.get(module);
        if (pair == null) return new FrozenLinear(w);
        if (pair.magnitude == null || pair.norm == null) return new LoraLinear(w, pair.a, pair.b, config.scale(), null);
        return new DoraLinear(w, pair.a, pair.b, Leaf.frozen(pair.magnitude), pair.norm, config.scale(), null);
    }

    @Override
    public int rank() {
        return config.rank();
    }

    @Override
    public double alpha() {
        return config.alpha();
    }

    @Override
    public List<String> targets() {
        return targets;
    }

    @Override
    public void close() {
        manager.close();
    }
}
