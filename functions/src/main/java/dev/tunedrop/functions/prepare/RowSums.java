package dev.tunedrop.functions.prepare;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// The two sums of a prepared row (see `CanonicalRow`), read from its line without reading the row.
///
/// @param line where the row stands in its range
record RowSums(long line, String content, String question) {

    static RowSums of(String line) throws IOException {
        long place = 0;
        @Nullable String content = null;
        @Nullable String question = null;
        try (JsonParser in = Json.mapper().createParser(line)) {
            in.nextToken();
            while ((content == null || question == null) && in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "line" -> place = in.getLongValue();
                    case "content" -> content = in.getText();
                    case "question" -> question = in.getText();
                    default -> in.skipChildren();
                }
            }
        }
        if (content == null || question == null) throw new IOException("a prepared row has no sums");
        return new RowSums(place, content, question);
    }
}
