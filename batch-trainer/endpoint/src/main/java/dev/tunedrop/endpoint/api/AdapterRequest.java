package dev.tunedrop.endpoint.api;

import java.net.URI;
import java.nio.file.Path;

/// An adapter to serve: the body of `POST /adapters`.
///
/// @param source a local directory in PEFT layout
public record AdapterRequest(String name, Path source) {

    public static AdapterRequest read(byte[] body) {
        Fields fields = new Fields(ChatRequestReader.object(body), "");
        return new AdapterRequest(fields.requiredText("name"), source(fields));
    }

    private static Path source(Fields fields) {
        String src = fields.requiredText("src");
        try {
            if (src.startsWith("file:")) return Path.of(URI.create(src));
            if (!src.contains("://") && !src.isBlank()) return Path.of(src);
        } catch (IllegalArgumentException e) {
            throw fields.wrong("src", "is no path of this machine: " + e.getMessage());
        }
        throw fields.wrong("src", "must be a directory of this machine or its file:// address");
    }
}
