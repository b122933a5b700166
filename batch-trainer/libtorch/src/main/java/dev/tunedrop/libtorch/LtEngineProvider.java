package dev.tunedrop.libtorch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

/// Tells DJL of the engine.
public final class LtEngineProvider implements EngineProvider {
    @Override
    public String getEngineName() {
        return LtEngine.NAME;
    }

    @Override
    public int getEngineRank() {
        return LtEngine.RANK;
    }

    @Override
    public Engine getEngine() {
        return LtEngine.instance();
    }
}
