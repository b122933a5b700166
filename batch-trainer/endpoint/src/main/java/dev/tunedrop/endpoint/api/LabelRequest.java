package dev.tunedrop.endpoint.api;

import java.util.Iterator;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A text whose label is asked for: `{"text": "…"}`.
///
/// @param model the base's name or an adapter's
public record LabelRequest(@Nullable String model, String text) {

    private static final String TEXT = "text";
    private static final Set<String> SERVED = Set.of("model", TEXT);

    /// Whether a body asks for a label and not for a conversation's next words.
    public static boolean holds(byte[] body) {
        return ChatRequestReader.object(body).has(TEXT);
    }

    public static LabelRequest read(byte[] body) {
        JsonNode object = ChatRequestReader.object(body);
        Fields fields = new Fields(object, "");
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); )
            if (!SERVED.contains(names.next()))
                throw ApiError.invalid(TEXT, "a request for a label has text and model alone; leave the rest out");
        String text = fields.requiredText(TEXT);
        if (text.isBlank()) throw fields.wrong(TEXT, "is blank");
        return new LabelRequest(fields.text("model"), text);
    }

    @Override
    public String toString() {
        return "LabelRequest[withheld: it holds a user's text]";
    }
}
