package dev.tunedrop.functions.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.functions.TransientFailure;

/// A service that keeps each connection for a number of requests and ends it within the next, unanswered.
class ConnectionsTest {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    /// The path of each request that was answered.
    private final List<String> answered = new CopyOnWriteArrayList<>();

    private volatile int requestsEach = 1;

    @SuppressWarnings("NullAway.Init")
    private ServerSocket server;

    @SuppressWarnings("NullAway.Init")
    private S3Client s3;

    @BeforeEach
    void serve() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        s3 = S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + server.getLocalPort()))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .httpClient(Connections.open())
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
        server.close();
    }

    private void accept() {
        while (!server.isClosed())
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (IOException e) {
                return; // the test is over
            }
    }

    private void answer(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            for (int i = 0; i < requestsEach; i++) {
                String head = head(in);
                if (head.isEmpty()) return;
                if (head.toLowerCase(Locale.ROOT).contains("100-continue"))
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                Matcher length = LENGTH.matcher(head);
                if (length.find()) in.skipNBytes(Long.parseLong(length.group(1)));
                answered.add(head.substring(0, head.indexOf(" HTTP")));
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            }
            head(in);
        } catch (IOException e) {
            answered.add("broken: " + e.getMessage());
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            String text = head.toString(StandardCharsets.US_ASCII);
            if (text.endsWith("\r\n\r\n")) return text;
        }
        return "";
    }

    @Test
    void aKeptConnectionThatTheServiceHasEndedCostsNoObject() {
        S3Objects objects = new S3Objects(s3, "artefacts");
        for (int i = 0; i < 6; i++) objects.put("o" + i, new byte[] {1, 2, 3}, "application/octet-stream");
        assertThat(answered)
                .containsExactly(
                        "PUT /artefacts/o0",
                        "PUT /artefacts/o1",
                        "PUT /artefacts/o2",
                        "PUT /artefacts/o3",
                        "PUT /artefacts/o4",
                        "PUT /artefacts/o5");
    }

    @Test
    void aServiceThatNeverAnswersIsForTheStepToTryAgain() {
        requestsEach = 0;
        assertThatThrownBy(() -> new S3Objects(s3, "artefacts").put("o", new byte[] {1}, "application/octet-stream"))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("s3://artefacts/o: ");
        assertThat(answered).isEmpty();
    }
}
