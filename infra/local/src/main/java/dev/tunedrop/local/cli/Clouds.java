package dev.tunedrop.local.cli;

/// How the commands come by a cloud.
interface Clouds {

    /// The cloud that runs on this machine; refused with the command that starts one when there is none.
    RunningCloud connect();
}
