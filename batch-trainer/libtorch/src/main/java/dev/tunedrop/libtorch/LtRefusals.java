package dev.tunedrop.libtorch;

import java.nio.charset.Charset;
import java.util.function.Function;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

/// What DJL's arrays offer and this engine refuses, each by name and with what to do instead.
abstract class LtRefusals extends LtHandle {
    private static final String CALL = "call the operator through Aten.call, or compose it of other methods";
    private static final String BACKWARD = "write the backward pass beside its forward";

    LtRefusals(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, handle, shape, type, device);
    }

    @Override
    public void setRequiresGradient(boolean requiresGrad) {
        if (requiresGrad) {
            throw refused("setRequiresGradient", BACKWARD);
        }
    }

    @Override
    public NDArray getGradient() {
        throw refused("getGradient", BACKWARD);
    }

    @Override
    public String[] toStringArray(Charset charset) {
        throw refused("toStringArray", CALL);
    }

    @Override
    public NDArray gatherNd(NDArray index) {
        throw refused("gatherNd", CALL);
    }

    @Override
    public NDArray put(NDArray index, NDArray value) {
        throw refused("put", CALL);
    }

    @Override
    public void set(NDIndex index, Function<NDArray, NDArray> function) {
        throw refused("set", CALL);
    }

    @Override
    public void set(NDArray index, Number value) {
        throw refused("set", CALL);
    }

    @Override
    public NDArray sequenceMask(NDArray sequenceLength, float value) {
        throw refused("sequenceMask", CALL);
    }

    @Override
    public NDArray sequenceMask(NDArray sequenceLength) {
        throw refused("sequenceMask", CALL);
    }

    @Override
    public NDArray cbrt() {
        throw refused("cbrt", CALL);
    }

    @Override
    public NDArray normalize(double p, long dim, double eps) {
        throw refused("normalize", CALL);
    }

    @Override
    public NDArray rotate90(int times, int[] axes) {
        throw refused("rotate90", CALL);
    }

    @Override
    public NDArray trace(int offset, int axis1, int axis2) {
        throw refused("trace", CALL);
    }

    @Override
    public NDArray fft(long length, long axis) {
        throw refused("fft", CALL);
    }

    @Override
    public NDArray ifft(long length, long axis) {
        throw refused("ifft", CALL);
    }

    @Override
    public NDArray rfft(long length, long axis) {
        throw refused("rfft", CALL);
    }

    @Override
    public NDArray irfft(long length, long axis) {
        throw refused("irfft", CALL);
    }

    @Override
    public NDArray stft(
            long nFft, long hopLength, boolean center, NDArray window, boolean normalize, boolean returnComplex) {
        throw refused("stft", CALL);
    }

    @Override
    public NDArray fft2(long[] sizes, long[] axes) {
        throw refused("fft2", CALL);
    }

    @Override
    public NDArray ifft2(long[] sizes, long[] axes) {
        throw refused("ifft2", CALL);
    }

    @Override
    public NDArray pad(Shape padding, double value) {
        throw refused("pad", CALL);
    }

    @Override
    public NDList unique(Integer dim, boolean sorted, boolean returnInverse, boolean returnCounts) {
        throw refused("unique", CALL);
    }

    @Override
    public NDArray diagonal() {
        throw refused("diagonal", CALL);
    }

    @Override
    public NDArray diagonal(int offset) {
        throw refused("diagonal", CALL);
    }

    @Override
    public NDArray diagonal(int offset, int axis1, int axis2) {
        throw refused("diagonal", CALL);
    }

    @Override
    public NDArray tile(long repeats) {
        throw refused("tile", CALL);
    }

    @Override
    public NDArray tile(int axis, long repeats) {
        throw refused("tile", CALL);
    }

    @Override
    public NDArray tile(long[] repeats) {
        throw refused("tile", CALL);
    }

    @Override
    public NDArray tile(Shape desiredShape) {
        throw refused("tile", CALL);
    }

    @Override
    public NDArray repeat(long repeats) {
        throw refused("repeat", CALL);
    }

    @Override
    public NDArray repeat(int axis, long repeats) {
        throw refused("repeat", CALL);
    }

    @Override
    public NDArray repeat(long[] repeats) {
        throw refused("repeat", CALL);
    }

    @Override
    public NDArray repeat(Shape desiredShape) {
        throw refused("repeat", CALL);
    }

    @Override
    public NDArray flip(int... axes) {
        throw refused("flip", CALL);
    }

    @Override
    public NDArray percentile(Number percentile) {
        throw refused("percentile", CALL);
    }

    @Override
    public NDArray percentile(Number percentile, int[] axes) {
        throw refused("percentile", CALL);
    }

    @Override
    public NDArray median() {
        throw refused("median", CALL);
    }

    @Override
    public NDArray median(int[] axes) {
        throw refused("median", CALL);
    }

    @Override
    public NDArray toSparse(SparseFormat fmt) {
        throw refused("toSparse", CALL);
    }

    @Override
    public NDArray inverse() {
        throw refused("inverse", CALL);
    }

    @Override
    public NDArray oneHot(int depth, float onValue, float offValue, DataType dataType) {
        throw refused("oneHot", CALL);
    }

    @Override
    public NDArray batchDot(NDArray other) {
        throw refused("batchDot", CALL);
    }

    @Override
    public NDArray complex() {
        throw refused("complex", CALL);
    }

    @Override
    public NDArray real() {
        throw refused("real", CALL);
    }

    @Override
    public NDArray conj() {
        throw refused("conj", CALL);
    }

    @Override
    public NDArray diff(int n, int dim) {
        throw refused("diff", CALL);
    }
}
