package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.Draws;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.weights.Projection;

class ActivationMemoryTest {

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "tiny-qwen2", "tiny-gemma2"})
    void howLittleMemoryAPassMayTakeChangesNoBitOfIt(String shape) {
        try (RandomCheckpoint checkpoint = RandomCheckpoint.of(shape, 1)) {
            Pass kept = pass(checkpoint, Long.MAX_VALUE);
            assertThat(pass(checkpoint, 1).to(kept)).matches(far -> far.within(0, 0), "computed again");
            assertThat(pass(checkpoint, 0).to(kept)).matches(far -> far.within(0, 0), "each weight opened briefly");
        }
    }

    private static Pass pass(RandomCheckpoint checkpoint, long activationBytes) {
        BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true).withActivationBytes(activationBytes);
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
                FrozenBase base = FrozenBase.load(checkpoint.directory(), options, manager)) {
            LoraConfig config = new LoraConfig(4, 8, false, 0.1, EnumSet.allOf(Projection.class));
            LoraAdapter adapter = LoraAdapter.fresh(base.config(), config, 1, manager);
            adapter.pairs().forEach((module, pair) -> {
                int count = Math.toIntExact(pair.b().getShape().size());
                pair.b().set(new Draws(2, module).normal(count, 0.1));
            });
            try (LoraModel model = LoraModel.trained(base, adapter, Randomness.of(1))) {
                int[] ids =
                        new Random(7).ints(24, 0, base.config().vocabulary()).toArray();
                return Pass.of(model, new MicroBatch(ids, ids, new int[] {19, 5}));
            }
        }
    }
}
