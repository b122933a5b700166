package dev.tunedrop.local.cli;

import java.util.Optional;

import dev.tunedrop.events.UserMistake;

/// How the commands come by a cloud.
interface Clouds {

    /// The cloud that runs on this machine for this state folder, in another process.
    Optional<RunningCloud> find();

    /// Starts one in this process, with its console on `consolePort`; closing it stops it.
    ///
    /// @param fidelity functions run as Lambda runs them, in processes of their own
    RunningCloud start(int consolePort, boolean fidelity);

    /// The cloud that runs; refused with the command that starts one when there is none.
    default RunningCloud connect() {
        return find().orElseThrow(() ->
                new UserMistake("no local cloud runs here. Start one in another terminal: ./tunedrop up"));
    }
}
