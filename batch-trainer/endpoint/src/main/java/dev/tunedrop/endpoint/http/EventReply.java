package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.api.ChatReply;
import dev.tunedrop.endpoint.generate.Piece;
import dev.tunedrop.events.json.Json;

/// Server-sent events, one per piece, then `[DONE]`. A failure is an event with an error object and no `[DONE]`.
final class EventReply implements Reply {

    private final ChatReply.Head head;
    private final boolean countAtEnd;
    private final OutputStream out;

    EventReply(Call call, ChatReply.Head head, boolean countAtEnd) throws IOException {
        this.head = head;
        this.countAtEnd = countAtEnd;
        out = call.open("text/event-stream; charset=utf-8");
        event(head.opening());
    }

    @Override
    public void part(String text) throws IOException {
        event(head.part(text));
    }

    @Override
    public void stillThere() throws IOException {
        write(": the answer is being made\n\n");
    }

    @Override
    public void end(Piece.End end) throws IOException {
        event(head.closing(end));
        if (countAtEnd) event(head.count(end));
        write("data: [DONE]\n\n");
        out.close();
    }

    @Override
    public void failed(ApiError error) throws IOException {
        event(error.reply());
        out.close();
    }

    private void event(Object document) throws IOException {
        write("data: " + Json.writeLine(document) + "\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
