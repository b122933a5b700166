package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Kernels;
import dev.tunedrop.trainer.kernel.Launcher;
import dev.tunedrop.trainer.kernel.vector.VectorLauncher;
import dev.tunedrop.trainer.model.BaseOptions.Offload;
import dev.tunedrop.trainer.op.FrozenLinear;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.RmsNorm;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.Llama;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;

/// What layers keep for their backward changes no number.
class KeepTest {

    private static final MicroBatch PACKED = Tiny.batch(9, 5, 17);

    /// An adapter by its options.
    private enum Method {
        LORA(0, false),
        DROPOUT(0.3, false),
        DORA(0, true),
        DORA_DROPOUT(0.3, true);

        private final double dropout;
        private final boolean dora;

        Method(double dropout, boolean dora) {
            this.dropout = dropout;
            this.dora = dora;
        }

        /// On every map of a layer.
        LoraConfig config() {
            EnumSet<Projection> layers = EnumSet.complementOf(EnumSet.of(Projection.TRANSFORM));
            return new LoraConfig(3, 6, false, dora, dropout, layers);
        }
    }

    static Stream<Architecture> architectures() {
        return Tiny.architectures();
    }

    /// Packed rows, a base in NF4 computed in bf16.
    @ParameterizedTest
    @MethodSource("architectures")
    void lossAndGradientsOfAnAdapterAreTheSameToTheLastBit(Architecture family) {
        ModelConfig config = Tiny.config(false, family);
        try (NDManager manager = Tiny.manager();
                FrozenBase base = FrozenBase.random(config, options(), manager)) {
            for (Method method : Method.values()) {
                List<ByteBuffer> all = adapted(base.with(options().withKeep(Keep.ALL)), method);
                for (BaseOptions options : plans(config))
                    assertThat(adapted(base.with(options), method))
                            .as("%s, %s", method, options)
                            .isEqualTo(all);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void thoseOfEveryWeightToo(Architecture family) {
        ModelConfig config = Tiny.config(true, family);
        List<ByteBuffer> all = full(config, Tiny.options().withKeep(Keep.ALL));
        for (Keep keep : Keep.values())
            assertThat(full(config, Tiny.options().withKeep(keep)))
                    .as("%s", keep)
                    .isEqualTo(all);
    }

    /// Each weight is opened for one product at a time, so openings count products: forward, backward, and in between
    /// what is computed again.
    @ParameterizedTest
    @EnumSource
    void whatIsKeptIsNotComputedAgain(Keep keep) {
        Set<Projection> again = switch (keep) {
            case INPUT ->
                EnumSet.of(
                        Projection.QUERY,
                        Projection.KEY,
                        Projection.VALUE,
                        Projection.OUTPUT,
                        Projection.GATE,
                        Projection.UP);
            case ATTENTION ->
                EnumSet.of(Projection.QUERY, Projection.KEY, Projection.VALUE, Projection.GATE, Projection.UP);
            case PRODUCTS, ALL -> EnumSet.noneOf(Projection.class);
        };
        Map<Projection, Integer> openings = new EnumMap<>(Projection.class);
        try (NDManager manager = Tiny.manager()) {
            ModelConfig config = Tiny.config(false, new Llama());
            LayerWeights weights = counting(config, openings, manager).briefly();
            PassContext context = PassContext.of(config, null, PACKED, Draw.NONE, manager);
            NDArray x = manager.randomNormal(0, 1, new Shape(31, 24), DataType.FLOAT32);
            try (LayerPass pass = new LayerPass(weights, context, manager)) {
                pass.forward(x);
                pass.rest(keep);
                if (keep != Keep.ALL) pass.recompute(x);
                pass.backward(x);
            }
        }
        assertThat(openings)
                .hasSize(7)
                .allSatisfy((projection, count) ->
                        assertThat(count).as("%s", projection).isEqualTo(again.contains(projection) ? 3 : 2));
    }

    @ParameterizedTest
    @EnumSource
    void attentionIsComputedAgainOnlyWhereItIsNotKept(Keep keep) {
        List<String> launched = new ArrayList<>();
        Launcher vectors = new VectorLauncher(0);
        Launcher counting = (entry, blocks, threads, arguments) -> {
            launched.add(entry);
            vectors.launch(entry, blocks, threads, arguments);
        };
        try (Kernels.Undo _ = Kernels.on(Device.cpu(), counting);
                Kernels.Undo _ = Kernels.without(EnumSet.complementOf(EnumSet.of(Kernel.ATTENTION)));
                NDManager manager = Tiny.manager();
                FullModel model =
                        FullModel.fresh(Tiny.config(true), Tiny.options().withKeep(keep), Randomness.of(3), manager)) {
            model.lossAndGradients(PACKED); // tries the kernel
            launched.clear();
            model.lossAndGradients(PACKED);
        }
        int layers = Tiny.config(true).layers();
        assertThat(launched.stream().filter(entry -> entry.contains("forward")))
                .hasSize(keep == Keep.INPUT ? 2 * layers : layers);
        assertThat(launched.stream().filter(entry -> entry.contains("backward")))
                .hasSize(layers);
    }

    @ParameterizedTest
    @EnumSource
    void noHandleIsLeftBehindByAPass(Keep keep) {
        try (NDManager manager = Tiny.manager();
                FullModel model =
                        FullModel.fresh(Tiny.config(true), Tiny.options().withKeep(keep), Randomness.of(3), manager)) {
            List<Long> live = new ArrayList<>();
            for (int pass = 0; pass < 4; pass++) {
                model.lossAndGradients(PACKED);
                live.add(LtEngine.liveHandles());
            }
            assertThat(live).containsOnly(live.getFirst());
        }
    }

    @Test
    void aPassThatIsLimitedKeepsLessAndSaysSo() {
        try (NDManager manager = Tiny.manager();
                FullModel model = FullModel.fresh(Tiny.config(true), Tiny.options(), Randomness.of(3), manager)) {
            PassForecast forecast = model.forecast();
            assertThat(forecast.sentence(31)).contains("of 31 tokens", "every layer keeps everything");
            long most = forecast.bytes(31);
            double leastWork = forecast.workPerToken(31);
            forecast.limit(most - 1);
            assertThat(forecast.bytes(31)).isLessThan(most).isGreaterThan(forecast.leastBytes(31));
            assertThat(forecast.sentence(31)).contains("products' results");
            forecast.limit(0);
            assertThat(forecast.bytes(31)).isEqualTo(forecast.leastBytes(31));
            assertThat(forecast.sentence(31)).contains("every layer keeps the input");
            assertThat(forecast.workPerToken(31)).isGreaterThan(1.2 * leastWork);
        }
    }

    /// Each level for all layers, each weight opened briefly, inputs that wait with the host, and as many mixtures as
    /// bytes between the least and the most give.
    private static List<BaseOptions> plans(ModelConfig config) {
        List<BaseOptions> plans = new ArrayList<>();
        for (Keep keep : Keep.values()) {
            plans.add(options().withKeep(keep));
            plans.add(options().withKeep(keep).withActivationBytes(0).withOffload(Offload.ALWAYS));
        }
        long numbers = 31L * (9L * config.hidden() + 6L * config.queryWidth() + 3L * config.intermediate());
        for (int part = 1; part <= 8; part++)
            plans.add(options().withActivationBytes(numbers * part * config.layers() / 4));
        return plans;
    }

    private static BaseOptions options() {
        return BaseOptions.of(DataType.BFLOAT16, true);
    }

    private static List<ByteBuffer> adapted(FrozenBase base, Method method) {
        try (NDManager manager = base.manager().newSubManager()) {
            LoraAdapter adapter = LoraModel.freshAdapter(base, method.config(), 1, manager);
            Random random = new Random(5);
            adapter.pairs().values().forEach(pair -> {
                float[] b = new float[(int) pair.b().getShape().size()];
                for (int i = 0; i < b.length; i++) b[i] = (float) random.nextGaussian() * 0.1f;
                pair.b().set(b);
            });
            try (LoraModel model = LoraModel.trained(base, adapter, Randomness.of(11))) {
                return pass(model);
            }
        }
    }

    private static List<ByteBuffer> full(ModelConfig config, BaseOptions options) {
        try (NDManager manager = Tiny.manager();
                FullModel model = FullModel.fresh(config, options, Randomness.of(3), manager)) {
            return pass(model);
        }
    }

    private static List<ByteBuffer> pass(Trainable model) {
        model.beginStep(2);
        List<ByteBuffer> results = new ArrayList<>();
        results.add(ByteBuffer.allocate(Double.BYTES).putDouble(0, model.lossAndGradients(PACKED)));
        for (Parameter parameter : model.parameters())
            results.add(ByteBuffer.wrap(parameter.gradient().toByteArray()));
        return results;
    }

    private static LayerWeights counting(ModelConfig config, Map<Projection, Integer> openings, NDManager manager) {
        Map<Projection, LayerWeights.Source> sources = new EnumMap<>(Projection.class);
        for (Projection projection : config.architecture().linears().keySet()) {
            NDArray w = manager.randomNormal(
                    0, 0.2f, new Shape(projection.rows(config), projection.columns(config)), DataType.FLOAT32);
            sources.put(projection, (scope, draw) -> {
                openings.merge(projection, 1, Integer::sum);
                return new FrozenLinear(w);
            });
        }
        RmsNorm norm = new RmsNorm(Leaf.frozen(manager.ones(new Shape(config.hidden()))), 1e-5);
        return new LayerWeights(
                0, Map.of(NormPlace.BEFORE_ATTENTION, norm, NormPlace.BEFORE_FEED_FORWARD, norm), sources, Map.of());
    }
}
