package dev.tunedrop.trainer.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import dev.tunedrop.libtorch.abi.CudaStream;
import dev.tunedrop.libtorch.natives.CudaModule;

/// The kernels on a GPU, in the order of LibTorch's own work: on its stream.
final class CudaLauncher implements Launcher {

    static final String RESOURCE = "kernels.ptx";

    private final CudaModule module;
    private final int device;

    private CudaLauncher(CudaModule module, int device) {
        this.module = module;
        this.device = device;
    }

    /// @throws IllegalStateException where the driver does not take the PTX
    static CudaLauncher load(int device) {
        try (InputStream ptx = CudaLauncher.class.getResourceAsStream(RESOURCE)) {
            if (ptx == null) throw new IllegalStateException("the jar holds no " + RESOURCE);
            String text = new String(ptx.readAllBytes(), StandardCharsets.US_ASCII);
            return new CudaLauncher(CudaModule.load(text, device), device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean runs(Kernel kernel, long elements) {
        return kernel != Kernel.ATTENTION;
    }

    @Override
    public void launch(String entry, int blocks, int threads, Object... arguments) {
        module.launch(entry, blocks, threads, Arguments.pointers(arguments), CudaStream.current(device));
    }
}
