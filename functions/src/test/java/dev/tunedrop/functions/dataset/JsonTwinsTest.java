package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/// The quick parser beside the careful one: where it answers, it answers the same, and it answers nothing that the
/// other refuses.
class JsonTwinsTest {

    private static final int MUTATIONS = Integer.getInteger("tunedrop.fuzz", 60_000);
    private static final List<String> SEEDS = List.of(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\\n\\u00e9\\ud83d\\ude00 \\\"q\\\" é😀\"}],\"n\":[1,-0.5,10,true,false,null]}",
            "[]",
            "{}",
            " {\"a\" : [ 1 , 2.25 ] , \"b\" : { } }\r",
            "\"plain text longer than eight bytes, \\t escapes \\/ too\"",
            "{\"a\":1e3,\"b\":-0,\"c\":12345678901234567890,\"d\":\"\\u0000\"}",
            "[".repeat(64) + "]".repeat(64),
            "[".repeat(65) + "]".repeat(65),
            "\"\\ud83d\"",
            "\"\\ude00\\ud83d\"");
    private static final byte[] BAD = "\"\\{}[],:0-.eE+u \n\t/tnf\u0001é😀".getBytes(StandardCharsets.UTF_8);

    private int answered;

    private void agree(byte[] bytes) {
        JsonValue quick = new QuickJson().parse(bytes);
        if (quick == null) return;
        answered++;
        try {
            assertThat(quick).isEqualTo(StrictJson.parseWithCare(bytes));
        } catch (JsonDefect e) {
            throw new AssertionError(
                    "accepted, but " + e.rule() + " at " + e.at() + ": "
                            + new String(bytes, StandardCharsets.ISO_8859_1),
                    e);
        }
    }

    @Test
    void onEveryFileOfTheSuiteAndOfTheDatasets() throws IOException {
        Path data = Path.of(System.getProperty("tunedrop.shared", ""), "data");
        assumeTrue(Files.isDirectory(data), "shared data is absent: " + data);
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("malformed/JSONTestSuite/test_parsing", "malformed/chat", "datasets"))
            try (Stream<Path> list = Files.list(data.resolve(folder))) {
                files.addAll(list.toList());
            }
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            agree(whole);
            for (String line : new String(whole, StandardCharsets.ISO_8859_1).split("\n"))
                agree(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThat(answered).as("lines the quick parser answered").isGreaterThan(8000);
    }

    @Test
    void onGoodTextPutOutOfOrder() {
        Random random = new Random(3);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = SEEDS.get(random.nextInt(SEEDS.size())).getBytes(StandardCharsets.UTF_8);
            for (int m = random.nextInt(3); m > 0; m--) bytes = mutated(bytes, random);
            agree(bytes);
        }
        assertThat(answered).as("values the quick parser answered").isGreaterThan(MUTATIONS / 10);
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        if (bytes.length == 0) return bytes;
        int at = random.nextInt(bytes.length);
        byte other = random.nextBoolean() ? BAD[random.nextInt(BAD.length)] : (byte) random.nextInt(256);
        byte[] changed = bytes.clone();
        switch (random.nextInt(3)) {
            case 0 -> changed[at] = other;
            case 1 -> {
                changed = new byte[bytes.length + 1];
                System.arraycopy(bytes, 0, changed, 0, at);
                changed[at] = other;
                System.arraycopy(bytes, at, changed, at + 1, bytes.length - at);
            }
            default -> {
                changed = new byte[bytes.length - 1];
                System.arraycopy(bytes, 0, changed, 0, at);
                System.arraycopy(bytes, at + 1, changed, at, bytes.length - at - 1);
            }
        }
        return changed;
    }
}
