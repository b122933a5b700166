package dev.tunedrop.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.quant.DynamicCode;

/// The 8-bit code books of [BlockMoments] on the device.
///
/// @param signed of the first moment
/// @param unsigned of the second, which is never below 0
record CodeBooks(Book signed, Book unsigned) {

    static CodeBooks on(NDManager manager) {
        return new CodeBooks(Book.of(DynamicCode.code(), manager), Book.of(DynamicCode.unsigned(), manager));
    }

    /// @param values (256) ascending
    /// @param borders (255): a value belongs to the first code whose upper border is above it
    record Book(NDArray values, NDArray borders) {

        private static Book of(float[] values, NDManager manager) {
            float[] borders = new float[values.length - 1];
            for (int i = 0; i < borders.length; i++)
                borders[i] = values[i + 1] == 0 ? 0 : (values[i] + values[i + 1]) / 2; // what is below 0 stays below
            return new Book(manager.create(values), manager.create(borders));
        }

        /// The values of blocks (count · 256), fp32.
        NDArray open(BlockMoments.Kept blocks, NDManager scope) {
            NDArray codes = Ops.cast(blocks.codes(), DataType.INT32);
            NDArray opened = Ops.indexSelect(alias(values, scope), 0, codes);
            Ops.mul_(Ops.view(opened, byBlock(blocks)), blocks.scales());
            return opened;
        }

        /// Rounds values (count · 256) into blocks.
        void close(NDArray opened, BlockMoments.Kept blocks, NDManager scope) {
            NDArray byBlock = Ops.view(opened, byBlock(blocks));
            Ops.copy_(blocks.scales(), byBlock.abs().max(new int[] {1}, true));
            NDArray shares = byBlock.div(blocks.scales().maximum(Float.MIN_NORMAL));
            NDArray codes = Aten.one("aten::bucketize", "Tensor", shares, alias(borders, scope), true, true);
            Ops.copy_(blocks.codes(), Ops.view(codes, blocks.codes().getShape()));
        }

        private static Shape byBlock(BlockMoments.Kept blocks) {
            return new Shape(blocks.scales().getShape().get(0), BlockMoments.BLOCK);
        }

        private static NDArray alias(NDArray array, NDManager scope) {
            return ((LtNDArray) array).alias(scope);
        }
    }
}
