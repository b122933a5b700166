package dev.tunedrop.local.finetuning;

import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.finetuning.http.Call;
import dev.tunedrop.local.finetuning.http.Refusal;

/// Which part of a list is wanted: `limit` of them, those that follow the one whose id is `after`.
record Page(String after, int limit) {

    static Page of(Call call, int unlessSaid, int most) {
        String limit = call.query("limit").orElse(Integer.toString(unlessSaid));
        if (!limit.matches("\\d{1,6}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > most)
            throw Refusal.invalid(
                    "limit", "invalid_value", "limit must be a whole number from 1 to %d.".formatted(most));
        return new Page(call.query("after").orElse(""), Integer.parseInt(limit));
    }

    /// A list as OpenAI answers it where it says the first and the last id too.
    <T> ObjectNode withEnds(List<T> things, Function<T, String> id, Function<T, ObjectNode> shape) {
        ObjectNode list = of(things, id, shape);
        JsonNode data = list.path("data");
        list.put("first_id", data.path(0).path("id").asText(""));
        list.put("last_id", data.path(data.size() - 1).path("id").asText(""));
        return list;
    }

    /// A list as OpenAI answers it.
    ///
    /// @param id of a thing
    /// @param shape how a thing is told; asked for those on the page only
    <T> ObjectNode of(List<T> things, Function<T, String> id, Function<T, ObjectNode> shape) {
        int from = 0;
        if (!after.isEmpty()) {
            while (from < things.size() && !id.apply(things.get(from)).equals(after)) from++;
            if (from == things.size())
                throw Refusal.invalid("after", "invalid_value", "after names nothing in this list.");
            from++;
        }
        int to = Math.min(things.size(), from + limit);
        ObjectNode list = Json.mapper().createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (T thing : things.subList(from, to)) data.add(shape.apply(thing));
        return list.put("has_more", to < things.size());
    }
}
