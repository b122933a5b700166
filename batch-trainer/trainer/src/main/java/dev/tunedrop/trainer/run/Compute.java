package dev.tunedrop.trainer.run;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.natives.LibTorchUnavailableException;
import dev.tunedrop.trainer.checkpoint.MachineStamp;
import dev.tunedrop.trainer.kernel.Kernels;

/// Where a run computes: the first GPU where there is one, else the CPU with one thread per core.
public final class Compute implements AutoCloseable {

    private final Device device;
    private final NDManager manager;

    private Compute(Engine engine, Device device) {
        this.device = device;
        this.manager = engine.newBaseManager(device);
    }

    /// @throws UserMistake when LibTorch is missing or too old
    public static Compute open() {
        try {
            LibTorch.load();
        } catch (LibTorchUnavailableException e) {
            throw new UserMistake(String.valueOf(e.getMessage()), e);
        }
        LibTorch.setThreads(Runtime.getRuntime().availableProcessors());
        return new Compute(Engine.getEngine(LtEngine.NAME), LibTorch.cuda() ? Device.gpu() : Device.cpu());
    }

    public NDManager newManager() {
        return manager.newSubManager();
    }

    public MachineStamp stamp() {
        String kernels = device.isGpu() ? "" : Kernels.onProcessor();
        return new MachineStamp(
                device.isGpu() ? "cuda" : "cpu",
                MachineStamp.processor() + kernels,
                LibTorch.version(),
                LibTorch.threads());
    }

    @Override
    public void close() {
        manager.close();
    }
}
