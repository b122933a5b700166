package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.invoke.MethodHandle;

/// The stream on which LibTorch queues a device's work for this thread. Loaded only where a GPU is used: a LibTorch for
/// the CPU has no such function.
public final class CudaStream {
    private static final MethodHandle CURRENT = Abi.bindGetter("aoti_torch_get_current_cuda_stream", JAVA_INT, ADDRESS);

    private CudaStream() {}

    /// The stream's handle; 0 is the default stream.
    public static long current(int deviceIndex) {
        Scratch scratch = Scratch.get();
        try {
            if ((int) CURRENT.invokeExact(deviceIndex, scratch.out) != 0) {
                throw new LibTorchException("LibTorch has no current CUDA stream on GPU " + deviceIndex + ".");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Abi.wrongSignature(e);
        }
        return scratch.out();
    }
}
