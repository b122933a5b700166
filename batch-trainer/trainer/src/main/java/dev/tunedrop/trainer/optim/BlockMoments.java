package dev.tunedrop.trainer.optim;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;

/// Moments in blocks of 256 through bitsandbytes' dynamic 8-bit code books, signed for m and unsigned for v: 2.03 bytes
/// a weight instead of 8.
///
/// ```
/// m = signed[code] · scale      scale = max |m| of the block
/// v = unsigned[code] · scale    scale = max v of the block
/// ```
/// A step opens the blocks, moves in fp32, and rounds each to its nearest code again; the weight moves by what was not
/// yet rounded. A first moment below zero never rounds to 0, so that it keeps its sign. Dettmers et al.: 8-bit
/// Optimizers via Block-wise Quantization, ICLR 2022, and the blockwise kernel of bitsandbytes,
/// whose blocks are of 256 elements since 0.45 (the paper's are of 2,048). Unlike that kernel a weight decays before it
/// moves, as in `torch.optim.AdamW`, and shares of a block are exact quotients.
///
/// A tensor below [#SMALLEST] elements stays in fp32, as it does in bitsandbytes. The last block is filled up with
/// zeros.
final class BlockMoments implements Moments {

    static final long SMALLEST = 4096;
    static final int BLOCK = 256;

    /// 2²² weights are opened at once: 80 MiB of fp32 and of indices.
    private static final long BLOCKS_AT_ONCE = (1L << 22) / BLOCK;

    private final long elements;
    private final Kept first;
    private final Kept second;
    private final CodeBooks books;
    private final Residence residence;

    /// @param codes (blocks · 256) uint8
    /// @param scales (blocks, 1) fp32
    record Kept(NDArray codes, NDArray scales) {
        static Kept zeros(long blocks, NDManager home) {
            return new Kept(
                    home.zeros(new Shape(blocks * BLOCK), DataType.UINT8),
                    home.zeros(new Shape(blocks, 1), DataType.FLOAT32));
        }

        Kept visit(Residence residence, NDManager scope) {
            return new Kept(residence.visit(codes, scope), residence.visit(scales, scope));
        }

        void takeBack(Kept visitor, Residence residence) {
            residence.leave(visitor.codes, codes);
            residence.leave(visitor.scales, scales);
        }

        Kept blocks(long from, long count, NDManager scope) {
            return new Kept(
                    Ops.narrow(alias(codes, scope), 0, from * BLOCK, count * BLOCK),
                    Ops.narrow(alias(scales, scope), 0, from, count));
        }
    }

    BlockMoments(long elements, CodeBooks books, NDManager home, Residence residence) {
        this.elements = elements;
        this.books = books;
        long blocks = Math.ceilDiv(elements, (long) BLOCK);
        this.first = Kept.zeros(blocks, home);
        this.second = Kept.zeros(blocks, home);
        this.residence = residence;
    }

    @Override
    public void move(NDArray p, NDArray g, Update update, NDManager scope) {
        Kept m = first.visit(residence, scope);
        Kept v = second.visit(residence, scope);
        NDArray flatP = Ops.view(p, new Shape(elements));
        NDArray flatG = Ops.view(g, new Shape(elements));
        long blocks = m.scales.getShape().get(0);
        for (long from = 0; from < blocks; from += BLOCKS_AT_ONCE)
            try (NDManager part = scope.newSubManager()) {
                long count = Math.min(BLOCKS_AT_ONCE, blocks - from);
                long start = from * BLOCK;
                long length = Math.min(count * BLOCK, elements - start);
                Kept mHere = m.blocks(from, count, part);
                Kept vHere = v.blocks(from, count, part);
                NDArray mOpen = books.signed().open(mHere, part);
                NDArray vOpen = books.unsigned().open(vHere, part);
                update.move(
                        Ops.narrow(alias(flatP, part), 0, start, length),
                        Ops.narrow(alias(flatG, part), 0, start, length),
                        Ops.narrow(mOpen, 0, 0, length),
                        Ops.narrow(vOpen, 0, 0, length));
                books.signed().close(mOpen, mHere, part);
                books.unsigned().close(vOpen, vHere, part);
            }
        first.takeBack(m, residence);
        second.takeBack(v, residence);
    }

    @Override
    public Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("first-codes", first.codes);
        arrays.put("first-scales", first.scales);
        arrays.put("second-codes", second.codes);
        arrays.put("second-scales", second.scales);
        return arrays;
    }

    private static NDArray alias(NDArray array, NDManager scope) {
        return ((LtNDArray) array).alias(scope);
    }
}
