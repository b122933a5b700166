package dev.tunedrop.functions.provider.faults;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A small HTTP/1.1 server that answers through a [Behaviour] and misbehaves on command: raw sockets, since
/// a real server library will not send half an answer.
public final class FaultyService implements AutoCloseable {

    /// What the service does when it is well.
    @FunctionalInterface
    public interface Behaviour {
        Said answer(Asked asked);
    }

    /// @param path without the query
    @SuppressWarnings("ArrayRecordComponent")
    public record Asked(String method, String path, String query, Map<String, String> headers, byte[] body) {
        /// Such as `POST jobs`: what faults are named by.
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    public record Said(int status, String json) {}

    /// Names the operation of a request, so that a fault can be set on it.
    @FunctionalInterface
    public interface Naming {
        String operation(Asked asked);
    }

    private static final int FOR_EVER = Integer.MAX_VALUE;

    private record Planned(Fault fault, int times) {}

    private final Behaviour behaviour;
    private final Naming naming;
    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Planned> plan = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    public FaultyService(FakeService fake) {
        this(fake, fake::operation);
    }

    public FaultyService(Behaviour behaviour, Naming naming) {
        this.behaviour = behaviour;
        this.naming = naming;
        try {
            this.socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        }
        threads.execute(this::accept);
    }

    public String address() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/";
    }

    /// The next `times` requests of the operation meet the fault.
    public void misbehave(String operation, Fault fault, int times) {
        plan.put(operation, new Planned(fault, times));
    }

    public void misbehaveForEver(String operation, Fault fault) {
        misbehave(operation, fault, FOR_EVER);
    }

    public void behave() {
        plan.clear();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            Asked asked = read(in);
            if (asked == null) return;
            Fault fault = next(naming.operation(asked));
            if (fault == null) {
                Said said = behaviour.answer(asked);
                write(out, said.status(), "application/json", said.json());
                return;
            }
            Said done = fault.work() == Fault.Work.DONE ? behaviour.answer(asked) : new Said(200, "{}");
            misbehave(fault, done, out);
        } catch (IOException e) {
            // the client has gone: nobody is left to tell
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Fault next(String operation) {
        Planned planned = plan.get(operation);
        if (planned == null || planned.times() == 0) return null;
        if (planned.times() != FOR_EVER) plan.put(operation, new Planned(planned.fault(), planned.times() - 1));
        return planned.fault();
    }

    private void misbehave(Fault fault, Said done, OutputStream out) throws IOException {
        switch (fault) {
            case DROPPED_BEFORE, DROPPED_AFTER -> {}
            case HALF_ANSWER -> {
                byte[] whole = message(done.status(), "application/json", done.json());
                out.write(whole, 0, whole.length - Math.max(1, done.json().length() / 2));
            }
            case SILENCE -> silence();
            case EMPTY_200 -> write(out, 200, "application/json", "");
            case HTML_200 -> write(out, 200, "text/html", "<html><body>Welcome</body></html>");
            case LIST_200 -> write(out, 200, "application/json", "[]");
            case EMPTY_OBJECT_200 -> write(out, 200, "application/json", "{}");
            case NO_CONTENT_204 -> write(out, 204, "application/json", "");
            case REDIRECT_302 -> write(out, 302, "text/html", "");
            case BAD_REQUEST_400 -> write(out, 400, "application/json", error("invalid_request_error", "bad"));
            case UNAUTHORISED_401 -> write(out, 401, "application/json", error("invalid_api_key", "key"));
            case FORBIDDEN_403 -> write(out, 403, "application/json", error("permission_denied", "not for you"));
            case NOT_FOUND_404 -> write(out, 404, "application/json", error("model_not_found", "none"));
            case TIMEOUT_408 -> write(out, 408, "text/plain", "timeout");
            case CONFLICT_409 -> write(out, 409, "application/json", error("conflict", "busy"));
            case TOO_LARGE_413 -> write(out, 413, "text/html", "<html>too large</html>");
            case UNPROCESSABLE_422 -> write(out, 422, "application/json", error("unprocessable", "no"));
            case TOO_MANY_429 -> write(out, 429, "application/json", error("rate_limit_exceeded", "slow down"));
            case QUOTA_429 -> write(out, 429, "application/json", error("insufficient_quota", "pay"));
            case SERVER_ERROR_500 -> write(out, 500, "application/json", error("server_error", "oops"));
            case BAD_GATEWAY_502 -> write(out, 502, "text/html", "<html>bad gateway</html>");
            case UNAVAILABLE_503 -> write(out, 503, "text/plain", "unavailable");
        }
    }

    private void silence() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// As services of OpenAI's kind and AWS's say it.
    private static String error(String code, String message) {
        return "{\"__type\":\"%s\",\"error\":{\"code\":\"%s\",\"type\":\"%s\",\"message\":\"%s\",\"param\":null}}"
                .formatted(code, code, code, message);
    }

    private static void write(OutputStream out, int status, String type, String body) throws IOException {
        out.write(message(status, type, body));
        out.flush();
    }

    private static byte[] message(int status, String type, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String location = status == 302 ? "Location: http://127.0.0.1:1/elsewhere\r\n" : "";
        String head = "HTTP/1.1 %d Said\r\nContent-Type: %s\r\nContent-Length: %d\r\n%sConnection: close\r\n\r\n"
                .formatted(status, type, content.length, location);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(content);
        return whole.toByteArray();
    }

    private static @org.jspecify.annotations.Nullable Asked read(InputStream in) throws IOException {
        String request = line(in);
        if (request.isEmpty()) return null;
        String[] words = request.split(" ", -1);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"))
                ? chunks(in)
                : in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        int question = words[1].indexOf('?');
        String path = question < 0 ? words[1] : words[1].substring(0, question);
        String query = question < 0 ? "" : words[1].substring(question + 1);
        return new Asked(words[0], path, query, headers, new ByteArrayInputStream(body).readAllBytes());
    }

    /// A body whose length its sender did not know beforehand.
    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int length = Integer.parseInt(line(in), 16); length > 0; length = Integer.parseInt(line(in), 16)) {
            body.writeBytes(in.readNBytes(length));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) if (b != '\r') line.write(b);
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the service's port cannot be closed", e);
        }
        threads.close();
    }
}
