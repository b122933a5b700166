package dev.tunedrop.local.facade;

import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// Lists in pages: a token is the index of the next item.
final class Paging {

    private Paging() {}

    /// @param tokenName `nextToken` or `NextToken`, as the service writes it
    static <T> ObjectNode page(
            List<T> items,
            JsonNode request,
            String maxName,
            String tokenName,
            String listName,
            int most,
            Function<T, JsonNode> shape) {
        int size = request.path(maxName).asInt(0);
        if (size == 0) size = most;
        int from = start(request.path(tokenName).asText("0"), items.size());
        int to = Math.min(items.size(), from + size);
        ObjectNode page = Json.mapper().createObjectNode();
        ArrayNode list = page.putArray(listName);
        items.subList(from, to).forEach(item -> list.add(shape.apply(item)));
        if (to < items.size()) page.put(tokenName, Integer.toString(to));
        return page;
    }

    private static int start(String token, int size) {
        if (!token.matches("[0-9]{1,9}") || Integer.parseInt(token) > size)
            throw new ApiError("InvalidToken", "Invalid Token: 'Invalid token'");
        return Integer.parseInt(token);
    }
}
