package dev.tunedrop.local.cli;

import dev.tunedrop.events.UserMistake;

/// The local cloud of one state folder.
final class LocalClouds implements Clouds {

    private final Home home;

    LocalClouds(Home home) {
        this.home = home;
    }

    @Override
    public RunningCloud connect() {
        throw new UserMistake(
                "no local cloud runs in " + home.cloud() + ". Start one in another terminal: ./tunedrop up");
    }
}
