package dev.tunedrop.functions.cli;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.functions.targets.Target;
import dev.tunedrop.functions.targets.Targets;

/// What a command line means by a target's name.
final class TargetOption {

    private TargetOption() {}

    static Target find(Targets targets, String name) {
        return targets.find(name)
                .orElseThrow(() ->
                        new UserMistake("there is no target \"%s\". Name one of %s.".formatted(name, targets.names())));
    }
}
