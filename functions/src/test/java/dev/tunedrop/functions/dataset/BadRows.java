package dev.tunedrop.functions.dataset;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Files with one fault each, made from good rows: every row × every fault of bytes and JSON × three places in a file.
final class BadRows {

    private static final int DEEP = 100_000;

    private BadRows() {}

    /// @param column 0: the fault has no single place
    @SuppressWarnings("ArrayRecordComponent")
    record Case(String name, byte[] file, String rule, long line, long column) {}

    /// A faulty line: its bytes, the rule that refuses it, and the offset that is told, or -1 for any.
    @SuppressWarnings("ArrayRecordComponent")
    private record Fault(String name, byte[] line, String rule, int at) {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (int r = 0; r < GoodRows.ALL.size(); r++) {
            GoodRows.Good good = GoodRows.ALL.get(r);
            for (Fault fault : faults(good.json())) {
                String name = "row %d (%s), %s".formatted(r, good.format().id(), fault.name);
                cases.add(placed(name + ", alone", "", fault, ""));
                cases.add(placed(name + ", between", good.json() + "\n", fault, "\n" + good.json() + "\n"));
                cases.add(placed(name + ", last after CRLF and blank", good.json() + "\r\n\r\n", fault, ""));
            }
        }
        return cases;
    }

    private static Case placed(String name, String before, Fault fault, String after) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(utf8(before));
        file.writeBytes(fault.line);
        file.writeBytes(utf8(after));
        long line = 1 + before.chars().filter(c -> c == '\n').count();
        return new Case(name, file.toByteArray(), fault.rule, line, fault.at < 0 ? 0 : fault.at + 1L);
    }

    private static List<Fault> faults(String json) {
        List<Fault> faults = new ArrayList<>();
        byte[] row = utf8(json);
        int text = json.indexOf(GoodRows.CANARY);
        int firstValue = json.indexOf(':') + 1;
        int end = row.length - 1;
        for (int control : new int[] {0x00, 0x01, 0x0b, 0x1b, 0x1f})
            faults.add(new Fault(
                    "control character %02x in a text".formatted(control),
                    inserted(row, text, control),
                    "json-control-character",
                    text));
        faults.add(new Fault("form feed between tokens", inserted(row, 1, 0x0c), "json-control-character", 1));
        for (int[] bytes : new int[][] {
            {0xff},
            {0xc0, 0x80},
            {0xc1, 0xbf},
            {0xe0, 0x80, 0x80},
            {0xed, 0xa0, 0x80},
            {0xed, 0xb0, 0x80},
            {0xf0, 0x80, 0x80, 0x80},
            {0xf4, 0x90, 0x80, 0x80},
            {0xf8, 0x88, 0x80, 0x80, 0x80},
            {0x80},
            {0xe2, 0x82},
            {0xf0, 0x9f, 0x98}
        })
            faults.add(new Fault(
                    "bytes %s in a text".formatted(Arrays.toString(bytes)),
                    inserted(row, text, bytes),
                    "utf8-invalid",
                    text));
        faults.add(new Fault("latin-1 e acute", inserted(row, text, 0xe9), "utf8-invalid", text));
        for (String lone : List.of("\\ud800", "\\udfff", "\\ud83dx", "\\ude00\\ud83d"))
            faults.add(new Fault(
                    "escape of a lone surrogate " + lone, inserted(row, text, utf8(lone)), "json-lone-surrogate", text));
        for (String escape : List.of("\\x41", "\\u12g4", "\\a"))
            faults.add(new Fault("escape " + escape, inserted(row, text, utf8(escape)), "json-syntax", -1));
        faults.add(new Fault("byte order mark within a line", inserted(row, 1, 0xef, 0xbb, 0xbf), "json-syntax", -1));
        faults.add(new Fault("trailing comma", inserted(row, end, ','), "json-trailing-comma", end + 1));
        faults.add(new Fault("comma first", inserted(row, 1, ','), "json-syntax", -1));
        faults.add(new Fault("two commas", inserted(row, end, utf8(",,\"a\":1")), "json-syntax", -1));
        faults.add(new Fault("line comment", inserted(row, 1, utf8("// x\t")), "json-syntax", -1));
        faults.add(new Fault("block comment", inserted(row, 1, utf8("/* x */")), "json-syntax", -1));
        faults.add(new Fault("hash comment", inserted(row, end, utf8("#x")), "json-syntax", -1));
        faults.add(new Fault("key without quotes", inserted(row, 1, utf8("a:1,")), "json-syntax", -1));
        faults.add(new Fault("key in single quotes", inserted(row, 1, utf8("'a':1,")), "json-single-quote", 1));
        for (String number : List.of("NaN", "Infinity"))
            faults.add(new Fault(number, inserted(row, end, utf8(",\"a\":" + number)), "json-nan", end + 5));
        for (String number : List.of("1e999", "-1e999", "9".repeat(400)))
            faults.add(new Fault(
                    "number " + number.substring(0, 4),
                    inserted(row, end, utf8(",\"a\":" + number)),
                    "json-number-range",
                    end + 5));
        for (String number : List.of("01", "+1", ".5", "1.", "0x1f", "1e", "- 1", "1_000"))
            faults.add(new Fault("number " + number, inserted(row, end, utf8(",\"a\":" + number)), "json-syntax", -1));
        for (String word : List.of("True", "None", "undefined", "nul"))
            faults.add(new Fault("word " + word, inserted(row, end, utf8(",\"a\":" + word)), "json-syntax", -1));
        faults.add(new Fault(
                "a number of 1,001 digits",
                inserted(row, end, utf8(",\"a\":0." + "1".repeat(1001))),
                "json-limit",
                -1));
        faults.add(new Fault(
                "deep nesting",
                inserted(row, end, utf8(",\"a\":" + "[".repeat(DEEP) + "]".repeat(DEEP))),
                "json-limit",
                -1));
        faults.add(new Fault(
                "deep and unclosed", inserted(row, end, utf8(",\"a\":" + "{\"a\":".repeat(DEEP))), "json-limit", -1));
        for (int cut : IntStream.of(1, firstValue, text, end).distinct().toArray())
            if (cut > 1) faults.add(new Fault("cut at byte " + cut, Arrays.copyOf(row, cut), "json-unfinished", cut));
        faults.add(new Fault("two rows on one line", utf8(json + json), "json-trailing-content", row.length));
        faults.add(new Fault("a word after the row", utf8(json + " x"), "json-trailing-content", row.length + 1));
        faults.add(new Fault("a bracket after the row", utf8(json + "}"), "json-trailing-content", row.length));
        String key = json.substring(1, json.indexOf(':'));
        faults.add(new Fault("a key twice", inserted(row, end, utf8("," + key + ":1")), "duplicate-key", end + 1));
        faults.add(new Fault(
                "a key twice, once escaped",
                inserted(row, end, utf8(",\"\\u%04x%s:1".formatted((int) key.charAt(1), key.substring(2)))),
                "duplicate-key",
                end + 1));
        faults.add(new Fault(
                "a key twice within", inserted(row, end, utf8(",\"a\":{\"b\":1,\"b\":2}")), "duplicate-key", end + 12));
        faults.add(new Fault("a text for a row", utf8("\"" + GoodRows.CANARY + "\""), "row-not-object", 0));
        faults.add(new Fault("a number for a row", utf8("7"), "row-not-object", 0));
        faults.add(new Fault("null for a row", utf8("null"), "row-not-object", 0));
        faults.add(new Fault("an empty object", utf8("{}"), "row-unknown-format", 0));
        faults.add(
                new Fault("a row of unknown fields", utf8("{\"" + GoodRows.CANARY + "\":1}"), "row-unknown-format", 0));
        return faults;
    }

    private static byte[] inserted(byte[] row, int at, int... bytes) {
        byte[] more = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) more[i] = (byte) bytes[i];
        return inserted(row, at, more);
    }

    private static byte[] inserted(byte[] row, int at, byte[] more) {
        byte[] whole = new byte[row.length + more.length];
        System.arraycopy(row, 0, whole, 0, at);
        System.arraycopy(more, 0, whole, at, more.length);
        System.arraycopy(row, at, whole, at + more.length, row.length - at);
        return whole;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
