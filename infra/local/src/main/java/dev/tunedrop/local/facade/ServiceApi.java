package dev.tunedrop.local.facade;

import com.fasterxml.jackson.databind.JsonNode;

/// One AWS service behind the door.
interface ServiceApi {

    /// Answers a request that its rules have let through.
    JsonNode answer(String operation, JsonNode request);
}
