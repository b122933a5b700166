package dev.tunedrop.libtorch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/// The root of all managers: it lives as long as the process and keeps nothing.
final class LtSystemManager extends LtNDManager implements NDManager.SystemNDManager {
    static final LtSystemManager INSTANCE = new LtSystemManager();

    private LtSystemManager() {
        super(null, Device.cpu());
    }

    @Override
    public void attachInternal(@Nullable String id, AutoCloseable... resources) {}

    @Override
    public void attachUncappedInternal(@Nullable String id, AutoCloseable resource) {}

    @Override
    public void detachInternal(@Nullable String id) {}
}
