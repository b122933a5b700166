package dev.tunedrop.endpoint.http;

import java.io.IOException;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.generate.Piece;

/// How an answer is written while it comes about. An IOException from any of these means that the client hung up.
sealed interface Reply permits WholeReply, EventReply {

    void part(String text) throws IOException;

    /// A sign of life while there is nothing to say.
    void stillThere() throws IOException;

    void end(Piece.End end) throws IOException;

    /// There will be no answer.
    void failed(ApiError error) throws IOException;
}
