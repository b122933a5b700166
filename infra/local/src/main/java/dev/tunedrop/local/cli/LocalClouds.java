package dev.tunedrop.local.cli;

import java.util.Optional;

/// The local cloud of one state folder.
final class LocalClouds implements Clouds {

    private final Home home;

    LocalClouds(Home home) {
        this.home = home;
    }

    @Override
    public Optional<RunningCloud> find() {
        return Optional.empty();
    }

    @Override
    public RunningCloud start(int consolePort) {
        throw new IllegalStateException("not on this branch yet " + home);
    }
}
