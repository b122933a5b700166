package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.OneDnn;

/// Which library multiplies. LibTorch gives products of bf16 on the CPU to oneDNN and those of fp32 to its BLAS;
/// that is MKL as a rule, which on processors of another maker leaves half of a vector's width unused: 110 GFLOP/s
/// on one core of an AMD EPYC with AVX-512, where oneDNN does 250. So large products of fp32 are given to oneDNN as
/// well, wherever LibTorch has it. Which one it is depends on shapes alone, hence a result does on nothing else.
final class Products {

    /// Multiplications from which oneDNN's dearer call pays: 64³ is 1.8 times as slow with it, 32 x 128 x 344 is
    /// faster.
    private static final long WORTH_IT = 1 << 20;

    private Products() {}

    /// x wᵀ
    static LtNDArray linear(LtNDArray x, LtNDArray w) {
        Shape shape = x.getShape();
        boolean large = w.getShape().dimension() == 2
                && shape.dimension() >= 2
                && isLarge(x, w, shape.size() * w.getShape().get(0));
        return large ? linear(x, w, x.getManager()) : Aten.one("aten::linear", "", x, w, null);
    }

    /// a b
    static LtNDArray of(LtNDArray a, LtNDArray b) {
        if (!isLarge(a, b)) return Aten.one("aten::mm", "", a, b);
        boolean across = a.strides()[1] != 1; // it would be copied
        if (across && a.getShape().get(0) > b.getShape().get(1))
            try (LtNDArray x = Ops.permute(b, 1, 0);
                    LtNDArray turned = linear(x, a, LtSystemManager.INSTANCE);
                    LtNDArray result = Ops.permute(turned, 1, 0)) {
                return Ops.contiguousCopy(result, a.getManager());
            }
        try (LtNDArray w = Ops.permute(b, 1, 0)) {
            return linear(a, w, a.getManager());
        }
    }

    private static LtNDArray linear(LtNDArray x, LtNDArray w, LtNDManager manager) {
        return LtNDArray.wrap(manager, OneDnn.linear(x, w));
    }

    /// out = a b
    static LtNDArray into(LtNDArray out, LtNDArray a, LtNDArray b) {
        if (!isLarge(a, b)) return Aten.into(out, "aten::mm", "out", a, b);
        try (LtNDArray product = of(a, b)) {
            return Ops.copy_(out, product);
        }
    }

    /// acc + a b
    static LtNDArray plus(LtNDArray acc, LtNDArray a, LtNDArray b) {
        if (!isLarge(a, b) || acc.getDataType() != DataType.FLOAT32) return Ops.addmm_(acc, a, b, 1, 1);
        try (acc;
                LtNDArray w = Ops.permute(b, 1, 0)) {
            return LtNDArray.wrap(acc.getManager(), OneDnn.linearPlus(a, w, acc));
        }
    }

    private static boolean isLarge(LtNDArray a, LtNDArray b) {
        Shape right = b.getShape();
        return right.dimension() == 2
                && a.getShape().dimension() == 2
                && isLarge(a, b, a.getShape().size() * right.get(1));
    }

    private static boolean isLarge(LtNDArray a, LtNDArray b, long multiplications) {
        return multiplications >= WORTH_IT
                && a.getDataType() == DataType.FLOAT32
                && b.getDataType() == DataType.FLOAT32
                && !a.getDevice().isGpu()
                && OneDnn.isHere();
    }
}
