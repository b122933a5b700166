package dev.tunedrop.endpoint.api;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.generate.Message;
import dev.tunedrop.endpoint.generate.Sampling;

/// A chat completion that is asked for.
///
/// @param model the base's name or an adapter's
/// @param stream whether the answer comes as server-sent events
/// @param usageAtEnd whether a stream ends with a count of tokens
public record ChatRequest(
        @Nullable String model, List<Message> messages, Sampling sampling, boolean stream, boolean usageAtEnd) {

    public ChatRequest {
        messages = List.copyOf(messages);
    }
}
