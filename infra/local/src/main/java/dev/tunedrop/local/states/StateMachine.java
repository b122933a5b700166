package dev.tunedrop.local.states;

import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;

/// A workflow under its ARN. An execution keeps the definition with which it started.
public record StateMachine(String arn, String name, String roleArn, JsonNode definition, Instant created) {

    public StateMachine {
        Definition.check(definition, name);
    }

    /// The workflow's ARN as the prefix of its executions'.
    public String executionArn(String executionName) {
        return arn.replace(":stateMachine:", ":execution:") + ":" + executionName;
    }

    String revision() {
        return Sha256.of(Json.bytes(definition));
    }
}
