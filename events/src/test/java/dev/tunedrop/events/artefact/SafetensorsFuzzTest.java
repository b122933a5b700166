package dev.tunedrop.events.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.InvalidDocument;

/// Whatever the bytes, a reader hands out tensors that lie within the file or refuses the file in one sentence: no
/// other exception, no crash, no read beyond the end.
///
/// `JAZZER_FUZZ=1 ./mvnw -pl events test -Dtest=SafetensorsFuzzTest#anyFileIsReadOrRefused` fuzzes, guided by coverage;
/// without it Jazzer's tests run their saved inputs. The seeded mutations run in every build.
class SafetensorsFuzzTest {

    private static final int MUTATIONS = 20_000;
    private static final List<String> WORDS = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "0",
            "-1",
            "1e9",
            "9223372036854775807",
            "99999999999999999999",
            "null",
            "\"dtype\"",
            "\"shape\"",
            "\"data_offsets\"",
            "\"F32\"",
            "\"U8\"",
            "\"__metadata__\"",
            "\\u0000",
            "\u00e9");

    private Path file = Path.of("");

    @BeforeEach
    void makeFile() throws IOException {
        Path memory = Path.of("/dev/shm");
        file = Files.isWritable(memory)
                ? Files.createTempFile(memory, "fuzz", ".safetensors")
                : Files.createTempFile("fuzz", ".safetensors");
    }

    @AfterEach
    void removeFile() throws IOException {
        Files.deleteIfExists(file);
    }

    @FuzzTest(maxDuration = "60s")
    void anyFileIsReadOrRefused(byte[] bytes) {
        readOrRefuse(bytes);
    }

    /// The same with the length before the header always right, so that the header's own rules are reached.
    @FuzzTest(maxDuration = "60s")
    void anyHeaderIsReadOrRefused(byte[] header) {
        readOrRefuse(withLength(header, new byte[8]));
    }

    @Test
    void mutatedFilesAreReadOrRefused() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261122);
        byte[] whole = exampleShard();
        int headerBytes =
                (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        int read = 0;
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated =
                    i % 2 == 0 ? mutated(whole, whole.length, random) : mutatedHeader(whole, headerBytes, random);
            if (readOrRefuse(mutated)) read++;
            else refused++;
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 2);
        assertThat(read).as("mutations that leave a readable file").isGreaterThan(MUTATIONS / 1000);
    }

    /// @return whether the file was read
    private boolean readOrRefuse(byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean read = tensorsAreReadOrRefused(bytes);
        try (TokenShardReader shard = TokenShardReader.open(file)) {
            for (long row = 0; row < shard.rows(); row++) {
                assertThat(shard.row(row).ids()).hasSize(shard.length(row));
                shard.trains(row, 4);
            }
        } catch (InvalidDocument expected) {
            assertThat(expected).hasMessageContaining(file.toString());
        }
        return read;
    }

    private boolean tensorsAreReadOrRefused(byte[] bytes) {
        try (Safetensors tensors = Safetensors.open(file)) {
            long reached = 0;
            for (TensorInfo tensor : tensors.tensors().values().stream()
                    .sorted(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end))
                    .toList()) {
                assertThat(tensor.begin()).isEqualTo(reached);
                reached = tensor.end();
                assertThat(tensors.bytes(tensor.name()).byteSize()).isEqualTo(tensor.byteSize());
                tensors.firstNonFinite(tensor.name());
            }
            long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertThat(8 + header + reached).isEqualTo(bytes.length);
            return true;
        } catch (InvalidDocument expected) {
            assertThat(expected).hasMessageContaining(file.toString());
            return false;
        }
    }

    private byte[] exampleShard() {
        try {
            Path shard = file.resolveSibling(file.getFileName() + ".example");
            try (TokenShardWriter writer = new TokenShardWriter(shard, java.util.Map.of("tokenizer", "é"))) {
                writer.add(new int[] {1, 2, 3}, new boolean[] {false, true, true}, 1);
                writer.add(new int[] {4}, new boolean[] {false}, 3);
            }
            byte[] bytes = Files.readAllBytes(shard);
            Files.delete(shard);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] mutatedHeader(byte[] whole, int headerBytes, RandomGenerator random) {
        byte[] header = java.util.Arrays.copyOfRange(whole, 8, 8 + headerBytes);
        byte[] data = java.util.Arrays.copyOfRange(whole, 8 + headerBytes, whole.length);
        return withLength(mutated(header, header.length, random), data);
    }

    private static byte[] withLength(byte[] header, byte[] data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }

    /// One to four changes: a bit, a byte, a piece cut, a piece doubled, a word of the format put in or a digit
    /// changed.
    private static byte[] mutated(byte[] original, int length, RandomGenerator random) {
        byte[] bytes = java.util.Arrays.copyOf(original, length);
        for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            int piece = Math.min(bytes.length - at, 1 + random.nextInt(16));
            bytes = switch (random.nextInt(6)) {
                case 0 -> with(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
                case 1 -> with(bytes, at, (byte) random.nextInt(256));
                case 2 -> spliced(bytes, at, piece, new byte[0]);
                case 3 -> spliced(bytes, at, 0, java.util.Arrays.copyOfRange(bytes, at, at + piece));
                case 4 ->
                    spliced(
                            bytes,
                            at,
                            0,
                            WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8));
                default -> with(bytes, at, (byte) ('0' + random.nextInt(10)));
            };
        }
        return bytes;
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        bytes[at] = value;
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] put) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + put.length);
        out.write(bytes, 0, at);
        out.writeBytes(put);
        out.write(bytes, at + removed, bytes.length - at - removed);
        return out.toByteArray();
    }
}
