package dev.tunedrop.trainer.merge;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.model.HostTensors;
import dev.tunedrop.trainer.quant.Nf4Weight;
import dev.tunedrop.trainer.weights.WeightView;

/// One tensor of a merged model.
///
/// ```
/// W' = W + s B A        (O, I) in fp32, then rounded once       A (R, I), B (O, R)
/// ```
///
/// W is the base's own, or what its NF4 form opens to: the one that the adapter was trained on.
///
/// @param view W
/// @param pair absent: the adapter does not touch it
/// @param scale s
/// @param ontoNf4 whether W is what the NF4 form opens to
record MergedWeight(WeightView view, LoraAdapter.@Nullable Pair pair, double scale, boolean ontoNf4) {

    private static final float LARGEST_F16 = 65504;

    /// In `type`, on the CPU.
    NDArray value(DType type, NDManager scope) {
        NDArray wide = base(scope);
        // every part of a pair is named here: one that is added must be merged as well
        if (pair instanceof LoraAdapter.Pair(NDArray a, NDArray b)) Ops.addmm_(wide, b, a, 1, scale);
        return rounded(view.name(), wide, type);
    }

    private NDArray base(NDManager scope) {
        if (!ontoNf4) return new HostTensors(scope, DataType.FLOAT32).dense(view);
        long[] shape = view.shape();
        return Nf4Weight.quantise(scope, view::read, shape[0], shape[1], DataType.FLOAT32)
                .open(scope);
    }

    static NDArray rounded(String name, NDArray wide, DType type) {
        return switch (type) {
            case F32 -> wide;
            case BF16 -> Ops.cast(wide, DataType.BFLOAT16);
            case F16 -> {
                if (wide.abs().max().getFloat() > LARGEST_F16)
                    throw new UserMistake("%s holds values above %.0f, which fp16 cannot. Choose --dtype bf16."
                            .formatted(name, LARGEST_F16));
                yield Ops.cast(wide, DataType.FLOAT16);
            }
            default -> throw new IllegalArgumentException("a model is merged into F32, BF16 or F16, not " + type);
        };
    }
}
