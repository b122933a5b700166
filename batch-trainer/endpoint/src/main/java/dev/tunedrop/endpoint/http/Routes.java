package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.time.Clock;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.api.ModelList;
import dev.tunedrop.endpoint.generate.Classifying;
import dev.tunedrop.endpoint.generate.Service;
import dev.tunedrop.endpoint.generate.Serving;

/// Which method and path does what.
final class Routes {

    private final ChatHandler chat;
    private final LabelHandler labels;
    private final AdapterHandler adapters = new AdapterHandler();
    private final long created;

    Routes(HttpOptions options, Clock clock) {
        chat = new ChatHandler(options, clock);
        labels = new LabelHandler(options, clock);
        created = clock.instant().getEpochSecond();
    }

    void serve(Call call, Service serving) throws IOException, InterruptedException {
        String path = call.path();
        switch (path) {
            case "/ping" -> {
                only("GET", call);
                call.reply(200, new Pong("ready", serving.base()));
            }
            case "/v1/models" -> {
                only("GET", call);
                call.reply(200, ModelList.of(serving.base(), serving.adapters(), created));
            }
            case "/v1/chat/completions" -> {
                only("POST", call);
                switch (serving) {
                    case Serving writing -> chat.completions(call, writing);
                    case Classifying telling -> labels.completions(call, telling);
                }
            }
            case "/invocations" -> {
                only("POST", call);
                switch (serving) {
                    case Serving writing -> chat.invocations(call, writing);
                    case Classifying telling -> labels.invocations(call, telling);
                }
            }
            case "/v1/classify" -> {
                only("POST", call);
                switch (serving) {
                    case Serving writing ->
                        throw ApiError.notFound(
                                null,
                                "unknown_path",
                                "this base writes text and tells no labels; try /v1/chat/completions");
                    case Classifying telling -> labels.classify(call, telling);
                }
            }
            case AdapterHandler.PATH -> {
                if (call.method().equals("GET")) adapters.list(call, serving);
                else {
                    only("POST", call);
                    adapters.load(call, serving);
                }
            }
            default -> {
                if (!path.startsWith(AdapterHandler.PATH + "/") || path.length() == AdapterHandler.PATH.length() + 1)
                    throw ApiError.notFound(
                            null,
                            "unknown_path",
                            "there is nothing at this path; try /v1/chat/completions, /v1/models or /adapters");
                only("DELETE", call);
                adapters.unload(call, serving);
            }
        }
    }

    private record Pong(String status, String base) {}

    private static void only(String method, Call call) {
        if (!call.method().equals(method)) throw ApiError.wrongMethod("this path takes " + method + " only");
    }
}
