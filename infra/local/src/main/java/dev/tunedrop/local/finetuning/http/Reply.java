package dev.tunedrop.local.finetuning.http;

import java.io.InputStream;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;

/// What is answered.
public sealed interface Reply {

    /// A document, with status 200.
    record Document(JsonNode body) implements Reply {}

    /// A file's bytes.
    record Content(Path file) implements Reply {}

    /// Bytes that somebody else made.
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Passed(int status, String contentType, byte[] body) implements Reply {}

    /// Bytes that somebody else is making, handed on as they come; whoever sends it closes it.
    record Streamed(String contentType, InputStream body) implements Reply {}
}
