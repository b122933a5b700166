package dev.tunedrop.libtorch;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.abi.Tensors;
import dev.tunedrop.libtorch.natives.CudaDriver;

/// The DJL engine "LibTorch". It holds arrays and operators; models and gradients are the trainer's.
public final class LtEngine extends Engine {
    /// The name DJL knows it by.
    public static final String NAME = "LibTorch";

    static final int RANK = 1;
    private static final LtEngine INSTANCE = new LtEngine();

    private @Nullable RandomGenerator random;

    private LtEngine() {}

    /// The engine, with LibTorch loaded.
    public static LtEngine instance() {
        LibTorch.load();
        return INSTANCE;
    }

    /// A manager of its own for the caller to close, on the CPU or the first GPU.
    public static LtNDManager manager() {
        return instance().newBaseManager();
    }

    /// How many native tensor handles are held in the whole process.
    public static long liveHandles() {
        return Tensors.live();
    }

    /// How often elements were read into Java, in the whole process. On a GPU each read waits for the work before it.
    public static long hostReads() {
        return LtHostData.READS.get();
    }

    /// How often elements were written from Java, in the whole process.
    public static long hostWrites() {
        return LtHostData.WRITES.get();
    }

    @Override
    public @Nullable Engine getAlternativeEngine() {
        return null;
    }

    @Override
    public String getEngineName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return RANK;
    }

    @Override
    public String getVersion() {
        return LibTorch.version();
    }

    @Override
    public boolean hasCapability(String capability) {
        return capability.equals(StandardCapabilities.CUDA) && LibTorch.cuda();
    }

    @Override
    public int getGpuCount() {
        return LibTorch.cuda() ? CudaDriver.gpus().size() : 0;
    }

    @Override
    public Device defaultDevice() {
        return getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
    }

    @Override
    public Model newModel(String name, Device device) {
        throw new UnsupportedOperationException(
                "The LibTorch engine holds arrays, not DJL models; load models with the trainer's reader.");
    }

    @Override
    public LtNDManager newBaseManager() {
        return newBaseManager(null);
    }

    @Override
    public LtNDManager newBaseManager(@Nullable Device device) {
        return LtSystemManager.INSTANCE.newSubManager(device == null ? defaultDevice() : device);
    }

    /// Starts the numbers of [NDManager#randomNormal] and [NDManager#randomUniform] anew. They are drawn in Java, so
    /// a seed gives the same numbers on every LibTorch and device.
    @Override
    public synchronized void setRandomSeed(int seed) {
        super.setRandomSeed(seed);
        random = generator(seed);
    }

    synchronized float[] draw(int count, boolean normal) {
        RandomGenerator source = random;
        if (source == null) {
            source = generator(System.nanoTime());
            random = source;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = normal ? (float) source.nextGaussian() : source.nextFloat();
        }
        return values;
    }

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
