package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.api.ChatReply;
import dev.tunedrop.endpoint.generate.Piece;

/// One JSON document. While the answer is long in coming, spaces are written before it: JSON allows them, they keep the
/// connection alive, and writing is the only way to learn that the client hung up. A failure after the first space has
/// the status 200 and the error object as its body.
final class WholeReply implements Reply {

    private final Call call;
    private final ChatReply.Head head;
    private final Duration heartbeat;
    private final StringBuilder text = new StringBuilder();
    private long lastSign = System.nanoTime();
    private @Nullable OutputStream out;

    WholeReply(Call call, ChatReply.Head head, Duration heartbeat) {
        this.call = call;
        this.head = head;
        this.heartbeat = heartbeat;
    }

    @Override
    public void part(String more) throws IOException {
        text.append(more);
        if (System.nanoTime() - lastSign >= heartbeat.toNanos()) stillThere();
    }

    @Override
    public void stillThere() throws IOException {
        OutputStream open = out;
        if (open == null) {
            open = call.openJson();
            out = open;
        }
        open.write(' ');
        open.flush();
        lastSign = System.nanoTime();
    }

    @Override
    public void end(Piece.End end) throws IOException {
        ChatReply reply = head.whole(text.toString(), end);
        if (out == null) call.reply(200, reply);
        else close(reply);
    }

    @Override
    public void failed(ApiError error) throws IOException {
        if (out == null) call.refuse(error);
        else close(error.reply());
    }

    private void close(Object document) throws IOException {
        try (OutputStream open = out) {
            if (open != null) open.write(Call.line(document));
        }
    }
}
