package dev.tunedrop.functions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;

/// The edge every handler shares: JSON in, a record to [#handle(Object)], the answer out as JSON. Lambda, the local
/// cloud and a subprocess all enter here, so they behave the same.
///
/// @param <I> the input's record
/// @param <O> the answer's record
public abstract class JsonHandler<I, O> implements RequestStreamHandler {

    private final Class<I> input;

    protected JsonHandler(Class<I> input) {
        this.input = input;
    }

    /// The step itself: what tests call.
    public abstract O handle(I input);

    @Override
    public final void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        I request = Json.read(in.readAllBytes(), input, getClass().getSimpleName() + "'s input");
        Logger log = LoggerFactory.getLogger(getClass());
        try (LogContext _ = LogContext.of(request, context)) {
            O answer = handle(request);
            log.info("answered {}", answer);
            out.write(Json.writeLine(answer).getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            log.warn("failed on {}: {}", request, e.getMessage());
            throw e;
        }
    }
}
