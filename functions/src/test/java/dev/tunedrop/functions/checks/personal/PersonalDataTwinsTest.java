package dev.tunedrop.functions.checks.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;

/// What is found at speed beside what [PlainPersonalData] finds.
///
/// `-Dtunedrop.fuzz=N` makes N random texts instead of the few that continuous integration can afford, and takes every
/// line of the files.
class PersonalDataTwinsTest {

    private static final int FUZZ = Integer.getInteger("tunedrop.fuzz", 20_000);
    private static final int EVERY = FUZZ > 50_000 ? 1 : 7;

    /// Pieces of what is looked for, whole and broken, and what stands between them in texts.
    private static final List<String> PIECES = List.of(
            "ada.lovelace@analytical-engine.co.uk",
            "x@y",
            "@",
            "@example.com",
            ".co",
            "a@b.de",
            "@@",
            "4111 1111 1111",
            " 1111",
            "5555-5555-5555-4444",
            "378282246310005",
            "DE89 3704 0044 0532 0130 00",
            "GB82WEST12345698765432",
            "DE",
            "AKIA",
            "ASIA",
            "IOSFODNN7EXAMPLE",
            "IOSFODNN7EXAMPL2",
            "aws secret = '",
            "AWS_SECRET: ",
            "ecret",
            "abcdefghijklmnopqrstuvwxyz0123456789ABCD",
            "ghp_",
            "gho_",
            "github_pat_",
            "sk-",
            "sk-proj-",
            "sk-ant-",
            "AIza",
            "xoxb-",
            "123456789012-",
            "sk_live_",
            "_live_",
            "-----BEGIN RSA PRIVATE KEY-----",
            "PRIVATE KEY-----",
            "eyJhbGciOiJIUzI1NiJ9",
            "AIzaSyA1234567890abcdefghijklmnopqrstuv",
            "eyJ",
            ".eyJzdWIiOiIxMjM0NTY3ODkwIn0",
            ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            ".",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            ":",
            "::",
            "2a02:8109:9440:1198:71f2:5e1a:8b3c:4d5e",
            "fe80::1",
            "81.2.69.142",
            "1.2.3.4",
            "219-09-9999",
            "12",
            "345",
            "-",
            "/",
            " ",
            "  ",
            "86095742719",
            "11010519491231002X",
            "12345678Z",
            "111.444.777-35",
            "PESEL",
            "44051401359",
            "+49 30 901820",
            "+1",
            "(650) 253-0000",
            "＋44 20 8366 1177",
            "+",
            "＋",
            "(",
            ")",
            "[",
            "x",
            "ext. ",
            "5",
            "0",
            "٣",
            "é",
            "日本",
            "\u00a0",
            "😀",
            "\n",
            "the",
            "and",
            "Z",
            "X",
            "a");

    private final PersonalData quick = PersonalData.load();
    private final PlainPersonalData plain = new PlainPersonalData();
    private final Map<String, Integer> seen = new HashMap<>();

    @Test
    void piecesInAnyOrderHoldTheSameKinds() {
        Random random = new Random(20260801);
        for (int i = 0; i < FUZZ; i++) {
            StringBuilder text = new StringBuilder();
            for (int p = random.nextInt(9); p >= 0; p--) {
                String piece = PIECES.get(random.nextInt(PIECES.size()));
                int from = random.nextInt(4) == 0 ? random.nextInt(piece.length()) : 0;
                text.append(piece, from, piece.length());
                if (random.nextInt(3) == 0) text.append(' ');
            }
            agree(text.toString());
        }
        assertThat(seen.keySet()).as("every kind was found somewhere").containsAll(quick.kinds());
    }

    @Test
    void realFilesAndNaughtyStringsHoldTheSameKinds() throws IOException {
        Path data = Path.of(System.getProperty("tunedrop.shared", ""), "data");
        assumeTrue(Files.isDirectory(data), "shared data is absent: " + data);
        for (JsonNode naughty :
                Json.mapper().readTree(data.resolve("malformed/blns.json").toFile())) agree(naughty.asText());
        int lines = 0;
        try (Stream<Path> files = Files.list(data.resolve("datasets"))) {
            for (Path file : files.sorted().toList())
                for (String line : text(file).split("\n"))
                    if (lines++ % EVERY == 0)
                        for (int at = 0; at < line.length(); at += 3000)
                            agree(line.substring(at, Math.min(line.length(), at + 3100)));
        }
        assertThat(lines).isGreaterThan(10_000);
        assertThat(seen).containsKey("email");
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                InputStream unpacked = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
            return new String(unpacked.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// The numbers that are not even looked at are none: the library is asked about every one of them.
    @Test
    void noShorterTelephoneNumberIsValid() throws NumberParseException {
        PhoneNumberUtil library = PhoneNumberUtil.getInstance();
        int asked = 0;
        int parsed = 0;
        for (int length = 1; length < PhoneNumbers.SHORTEST; length++)
            for (int number = 0; number < Math.pow(10, length); number++, asked++)
                try {
                    String digits = "+" + String.format("%0" + length + "d", number);
                    assertThat(library.isValidNumber(library.parse(digits, "ZZ")))
                            .as(digits)
                            .isFalse();
                    parsed++;
                } catch (NumberParseException e) {
                    assertThat(e.getErrorType()).isNotNull();
                }
        assertThat(asked).isEqualTo(111_110);
        assertThat(parsed).isPositive();
        assertThat(library.isValidNumber(library.parse("+431110", "ZZ"))).isTrue();
    }

    private void agree(String text) {
        Set<String> expected = new TreeSet<>();
        plain.find(text, expected);
        Set<String> found = new TreeSet<>();
        quick.find(text, PersonalDataTest.facts(text), found);
        assertThat(found).as(() -> "in " + Json.writeLine(text)).isEqualTo(expected);
        expected.forEach(kind -> seen.merge(kind, 1, Integer::sum));
    }
}
