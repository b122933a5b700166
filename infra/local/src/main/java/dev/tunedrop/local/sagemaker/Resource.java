package dev.tunedrop.local.sagemaker;

import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A model, endpoint configuration, endpoint or inference component: what was asked for, and how it stands.
///
/// @param request the body of the Create operation
public record Resource(
        String name,
        JsonNode request,
        String status,
        @Nullable String failure,
        Instant created,
        Instant modified) {

    static final String CREATING = "Creating";
    static final String IN_SERVICE = "InService";
    static final String FAILED = "Failed";

    static Resource create(String name, JsonNode request, String status) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return new Resource(name, request, status, null, now, now);
    }

    Resource inService() {
        return new Resource(name, request, IN_SERVICE, null, created, Instant.ofEpochMilli(System.currentTimeMillis()));
    }

    Resource failed(String why) {
        return new Resource(name, request, FAILED, why, created, Instant.ofEpochMilli(System.currentTimeMillis()));
    }

    public boolean isInService() {
        return status.equals(IN_SERVICE);
    }

    String text(String pointer) {
        return request.at(pointer).asText("");
    }
}
