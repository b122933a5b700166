package dev.tunedrop.local.dynamodb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.stream.Stream;

import com.amazonaws.services.dynamodbv2.local.server.AbstractLocalDynamoDBServerHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;

/// DynamoDB's API on a folder, on loopback.
public final class LocalDynamo implements AutoCloseable {

    private static final String LIBRARY_PATH = "sqlite4java.library.path";
    private static final int CONFLICT = 400;

    private final Server server;
    private final AbstractLocalDynamoDBServerHandler handler;
    private final URI address;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private LocalDynamo(Server server, AbstractLocalDynamoDBServerHandler handler, URI address) {
        this.server = server;
        this.handler = handler;
        this.address = address;
    }

    /// Its own runner would listen on every interface, print to the console and send telemetry; its handler does none
    /// of that.
    public static LocalDynamo start(Path folder) throws IOException {
        Files.createDirectories(folder);
        findNatives();
        try {
            AbstractLocalDynamoDBServerHandler handler = new LocalDynamoDBServerHandler(
                    new LocalDynamoDBRequestHandler(0, false, folder.toString(), true, false), null);
            Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            ContextHandler context = new ContextHandler(handler, "/");
            server.setHandler(context);
            server.start();
            return new LocalDynamo(
                    server,
                    handler,
                    URI.create("http://127.0.0.1:" + server.getURI().getPort()));
        } catch (Exception e) {
            throw new IOException("cannot start DynamoDB Local on " + folder + ": " + e.getMessage(), e);
        }
    }

    public URI address() {
        return address;
    }

    /// Makes a table unless it is there.
    ///
    /// @param shape the body of CreateTable, without the name
    public void createTable(String name, ObjectNode shape) throws IOException, InterruptedException {
        ObjectNode body = shape.deepCopy();
        body.put("TableName", name);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Target", "DynamoDB_20120810.CreateTable")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
                                + "SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(Json.writeLine(body)))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) return;
        if (response.statusCode() == CONFLICT && response.body().contains("ResourceInUseException")) return;
        throw new IOException("cannot make the table " + name + ": " + response.body());
    }

    /// Its SQLite has a native part, which lies beside its jar in a distribution.
    private static void findNatives() throws IOException {
        if (System.getProperty(LIBRARY_PATH) != null) return;
        try {
            CodeSource source = Class.forName("com.almworks.sqlite4java.SQLite")
                    .getProtectionDomain()
                    .getCodeSource();
            Path folder = Path.of(source.getLocation().toURI()).getParent();
            if (folder == null || !holdsNatives(folder))
                throw new UserMistake("DynamoDB Local's native library libsqlite4java was not found beside its jar. "
                        + "Build again with ./tunedrop build, or name its folder with -D" + LIBRARY_PATH + "=DIR.");
            System.setProperty(LIBRARY_PATH, folder.toString());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IOException("DynamoDB Local's SQLite is not on the class path", e);
        }
    }

    private static boolean holdsNatives(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(
                    file -> String.valueOf(file.getFileName()).matches("(lib)?sqlite4java.*\\.(so|dylib|dll)"));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        try {
            server.stop();
            handler.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop DynamoDB Local: " + e.getMessage(), e);
        }
    }
}
