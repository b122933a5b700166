package dev.tunedrop.endpoint.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// OpenAI's error object.
public record ErrorReply(Detail error) {

    /// @param param the field at fault
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Detail(
            String message,
            String type,
            @Nullable String param,
            @Nullable String code) {}
}
