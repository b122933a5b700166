package dev.tunedrop.functions.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.functions.TransientFailure;

/// Connections that end in the middle of an object, as they do now and then.
class S3ObjectsTest {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)", Pattern.CASE_INSENSITIVE);
    private static final int ALL = Integer.MAX_VALUE;

    @TempDir
    Path folder;

    private final byte[] object = new byte[200_000];

    /// How many bytes each connection lets through; afterwards all.
    private final ConcurrentLinkedDeque<Integer> lets = new ConcurrentLinkedDeque<>();

    private final List<String> ranges = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private ServerSocket server;

    @SuppressWarnings("NullAway.Init")
    private S3Client s3;

    @BeforeEach
    void serve() throws IOException {
        new Random(3).nextBytes(object);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed())
                try (Socket connection = server.accept()) {
                    answer(connection);
                } catch (IOException e) {
                    ranges.add("closed: " + e.getMessage());
                }
        });
        s3 = S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + server.getLocalPort()))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .httpClient(Connections.of(UrlConnectionHttpClient.builder()
                        .socketTimeout(Duration.ofSeconds(5))
                        .build()))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
        server.close();
    }

    private void answer(Socket connection) throws IOException {
        BufferedReader request =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        int from = 0;
        int to = object.length;
        for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
            Matcher range = RANGE.matcher(line);
            if (!range.find()) continue;
            from = Integer.parseInt(range.group(1));
            to = (int) Math.min(to, Long.parseLong(range.group(2)) + 1);
            ranges.add(from + "-" + to);
        }
        OutputStream out = connection.getOutputStream();
        out.write(("HTTP/1.1 206 Partial Content\r\nETag: \"e\"\r\nConnection: close\r\nContent-Length: " + (to - from)
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        Integer most = lets.poll();
        out.write(object, from, Math.min(most == null ? ALL : most, to - from));
        out.flush();
    }

    private S3Objects objects() {
        return new S3Objects(s3, "drops");
    }

    private byte[] read(long start, long end) throws IOException {
        try (InputStream in = objects().open("a.jsonl", "v1", start, end)) {
            return in.readAllBytes();
        }
    }

    @Test
    void anObjectIsReadToItsLastByteAlthoughConnectionsEndEarly() throws IOException {
        lets.addAll(List.of(70_000, 0, 50_000));
        assertThat(read(10, object.length)).isEqualTo(Arrays.copyOfRange(object, 10, object.length));
        assertThat(ranges).containsExactly("10-200000", "70010-200000", "70010-200000", "120010-200000");
    }

    @Test
    void theEndOfARangeMayLieBehindTheObjects() throws IOException {
        assertThat(read(199_000, 1L << 40)).isEqualTo(Arrays.copyOfRange(object, 199_000, object.length));
    }

    @Test
    void whatDoesNotPassIsTriedAgainByTheStep() {
        lets.addAll(List.of(10, 10, 10, 10));
        assertThatThrownBy(() -> read(0, object.length))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("s3://drops/a.jsonl: Premature EOF");
        assertThat(ranges).hasSize(4);
    }

    @Test
    void aDocumentAndAFileAreWholeOrNotThere() throws IOException {
        lets.add(1000);
        assertThat(objects().find("a.json"))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(object));
        lets.add(1000);
        Path file = folder.resolve("a");
        assertThat(objects().download("a.json", file)).isTrue();
        assertThat(Files.readAllBytes(file)).isEqualTo(object);
    }
}
