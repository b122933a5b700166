package dev.tunedrop.local.states;

import java.util.Map;
import java.util.function.DoubleSupplier;

/// What every branch of one execution shares.
///
/// @param integrations by resource ARN, without `.sync` and `.waitForTaskToken`
record Run(
        Execution execution,
        Time time,
        DoubleSupplier random,
        Map<String, Integration> integrations,
        TaskTokens tokens) {

    History history() {
        return execution.history();
    }
}
