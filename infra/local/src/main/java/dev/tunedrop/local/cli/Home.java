package dev.tunedrop.local.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import dev.tunedrop.events.UserMistake;

/// Where things lie: the state of local clouds, and the checkout with its samples and models.
///
/// @param state `$TUNEDROP_HOME`, else `.tunedrop` in the folder the command was started in
/// @param project the checkout, as the launcher says; the current folder without it
record Home(Path state, Path project) {

    static Home ofEnvironment() {
        return new Home(
                Path.of(System.getenv().getOrDefault("TUNEDROP_HOME", ".tunedrop"))
                        .toAbsolutePath()
                        .normalize(),
                Path.of(System.getenv().getOrDefault("TUNEDROP_ROOT", "."))
                        .toAbsolutePath()
                        .normalize());
    }

    Path cloud() {
        return state.resolve("cloud");
    }

    Path faults() {
        return state.resolve("logs").resolve("faults.log");
    }

    Path models() {
        return project.resolve("models");
    }

    /// What is deployed to Lambda.
    Path functionsPackage() {
        return project.resolve("functions").resolve("target").resolve("lambda.zip");
    }

    Path sample(String name) {
        Path file = project.resolve("samples").resolve(name);
        if (!Files.isRegularFile(file))
            throw new UserMistake("the sample " + file
                    + " is missing. Get it back with: git checkout -- samples, or drop a file of your own.");
        return file;
    }
}
