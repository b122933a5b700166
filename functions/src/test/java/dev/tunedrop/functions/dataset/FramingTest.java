package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.run.Finding;

/// Odd bytes and odd ends of lines, cut into two ranges at every byte: what is found, and where, does not move.
class FramingTest {

    private static final String OPEN = "{\"text\":\"x";

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] row(byte[] inside) {
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        row.writeBytes(utf8(OPEN));
        row.writeBytes(inside);
        row.writeBytes(utf8("\"}"));
        return row.toByteArray();
    }

    /// What may stand in a text, then what may not: its rule and the byte in the text that is told, from 0.
    private record Inside(String name, byte[] bytes, String rule, int at) {}

    private static final List<Inside> INSIDES = List.of(
            new Inside("carriage return and line feed, escaped", utf8("\\r\\n"), "", 0),
            new Inside("next line", utf8("\u0085"), "", 0),
            new Inside("line separator", utf8("\u2028"), "", 0),
            new Inside("paragraph separator", utf8("\u2029"), "", 0),
            new Inside("byte order mark", utf8("\ufeff"), "", 0),
            new Inside("two bytes", utf8("é"), "", 0),
            new Inside("three bytes", utf8("日"), "", 0),
            new Inside("four bytes", utf8("😀"), "", 0),
            new Inside("the last character", utf8("\udbff\udffd"), "", 0),
            new Inside("a noncharacter", utf8("\uffff"), "", 0),
            new Inside("delete", bytes(0x7f), "", 0),
            new Inside("nul", bytes('a', 0), "json-control-character", 1),
            new Inside("tab", bytes('\t'), "json-control-character", 0),
            new Inside("lone carriage return", bytes('a', '\r', 'b'), "json-control-character", 1),
            new Inside("escape", bytes(0x1b), "json-control-character", 0),
            new Inside("overlong slash", bytes(0xc0, 0xaf), "utf8-invalid", 0),
            new Inside("overlong nul", bytes('a', 0xc0, 0x80), "utf8-invalid", 1),
            new Inside("overlong euro", bytes(0xf0, 0x82, 0x82, 0xac), "utf8-invalid", 0),
            new Inside("CESU-8 pair", bytes(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80), "utf8-invalid", 0),
            new Inside("above Unicode", bytes(0xf4, 0x90, 0x80, 0x80), "utf8-invalid", 0),
            new Inside("cut character", bytes('a', 0xe6, 0x97), "utf8-invalid", 1),
            new Inside("lone continuation", bytes(0xbf), "utf8-invalid", 0),
            new Inside("windows-1252 quotes", bytes(0x93, 'a', 0x94), "utf8-invalid", 0),
            new Inside("a high surrogate, escaped", utf8("\\ud83d"), "json-lone-surrogate", 0),
            new Inside("a low surrogate, escaped", utf8("a\\ude00"), "json-lone-surrogate", 1),
            new Inside("surrogates out of order, escaped", utf8("\\ude00\\ud83d"), "json-lone-surrogate", 0));

    private static final List<byte[]> ENDS = List.of(utf8("\n"), utf8("\r\n"), utf8("\n\n"), utf8(" \r\n\t\n"));

    /// A good row of several scripts, the row in question, and a good row without an end.
    private static byte[] file(byte[] mark, byte[] row, byte[] end) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(mark);
        file.writeBytes(row(utf8("é日😀")));
        file.writeBytes(end);
        file.writeBytes(row);
        file.writeBytes(end);
        file.writeBytes(row(utf8("😀 last")));
        return file.toByteArray();
    }

    private record Found(List<String> findings, List<String> rows, long lines) {}

    private static Found found(byte[] file, int... cuts) throws IOException {
        List<String> findings = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        long lines = 0;
        int start = 0;
        int[] ends = Arrays.copyOf(cuts, cuts.length + 1);
        ends[cuts.length] = file.length;
        for (int end : ends) {
            long before = lines;
            DatasetCheck check = new DatasetCheck();
            int first = (int) LineReader.firstByte(start);
            check.range(
                    new ByteArrayInputStream(file, first, file.length - first),
                    start,
                    end,
                    (line, row) -> rows.add(before + line + " " + ((Row.Text) row).text()));
            for (Finding finding : check.findings().listed())
                findings.add("%s %s %d:%d"
                        .formatted(
                                finding.severity(),
                                finding.rule(),
                                finding.line() == 0 ? 0 : before + finding.line(),
                                finding.column()));
            lines += check.lines();
            start = end;
        }
        return new Found(findings, rows, lines);
    }

    @Test
    void whatIsFoundIsTheSameWhereverTheFileIsCut() throws IOException {
        int cases = 0;
        for (Inside inside : INSIDES)
            for (byte[] end : ENDS) {
                byte[] file = file(new byte[0], row(inside.bytes), end);
                Found whole = found(file);
                String name = inside.name + " with end " + Arrays.toString(end);
                if (inside.rule.isEmpty()) assertThat(whole.rows).as(name).hasSize(3);
                else {
                    assertThat(whole.rows).as(name).hasSize(2);
                    long line = 2 + (Arrays.equals(end, ENDS.get(0)) || Arrays.equals(end, ENDS.get(1)) ? 0 : 1);
                    assertThat(whole.findings)
                            .as(name)
                            .contains("ERROR %s %d:%d".formatted(inside.rule, line, OPEN.length() + inside.at + 1));
                }
                for (int cut = 1; cut < file.length; cut++) {
                    assertThat(found(file, cut)).as("%s, cut at %d", name, cut).isEqualTo(whole);
                    cases++;
                }
            }
        assertThat(cases).isGreaterThan(5000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void noRowIsReadOfAnotherEncoding(String charset) throws IOException {
        String rows = OPEN + "one\"}\n" + OPEN + "two\"}\n";
        for (String mark : List.of("", "\ufeff")) {
            DatasetCheck check = new DatasetCheck();
            check.file(new ByteArrayInputStream((mark + rows).getBytes(charset)), (line, row) -> {
                throw new AssertionError("a row was read");
            });
            assertThat(check.findings().errors()).as(charset + mark.length()).isPositive();
        }
    }

    /// The first bytes of things that are no text, under a name that says they are.
    @Test
    void whatIsNoTextIsRefusedAsAFileByItsFirstBytes() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy(utf8("rows.jsonl"), 0, tar, 0, 10);
        System.arraycopy(utf8("ustar"), 0, tar, 257, 5);
        for (byte[] head : List.of(
                bytes('P', 'K', 3, 4, 20, 0),
                bytes('P', 'A', 'R', '1', 21, 4),
                utf8("%PDF-1.7\n"),
                bytes(0x7f, 'E', 'L', 'F', 2, 1, 1, 0),
                tar,
                bytes(0x28, 0xb5, 0x2f, 0xfd, 4),
                bytes('B', 'Z', 'h', '9', 0x31, 0x41),
                bytes(0xfd, '7', 'z', 'X', 'Z', 0))) {
            DatasetCheck check = new DatasetCheck();
            byte[] file = Arrays.copyOf(head, Math.max(head.length, 600));
            check.file(new ByteArrayInputStream(file), (line, row) -> {
                throw new AssertionError("a row was read");
            });
            assertThat(check.findings().errors()).as(Arrays.toString(Arrays.copyOf(head, 8))).isPositive();
            assertThat(check.findings().listed()).allMatch(finding -> finding.remedy().endsWith("."));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 63, 64, 65, 100, 500, 1000, 1001, 5000, 100_000, 1_000_000})
    void aLadderOfDepthEndsAtOneStepForEveryKindOfNesting(int depth) throws IOException {
        List<Boolean> accepted = new ArrayList<>();
        for (String[] pair : new String[][] {{"[", "]"}, {"{\"a\":", "}"}}) {
            String inner = pair[0].startsWith("{") ? "1" : "";
            String row = OPEN + "t\",\"deep\":" + pair[0].repeat(depth) + inner + pair[1].repeat(depth) + "}";
            if (row.length() > LineReader.MAX_LINE_BYTES) continue;
            DatasetCheck check = new DatasetCheck();
            check.file(new ByteArrayInputStream(utf8(row)), (line, read) -> {});
            accepted.add(check.findings().errors() == 0);
            if (check.findings().errors() > 0)
                assertThat(check.findings().byRule()).containsOnlyKeys("json-limit");
        }
        assertThat(accepted.stream().distinct()).hasSize(1);
        if (depth <= 16) assertThat(accepted.getFirst()).isTrue();
        if (depth >= 5000) assertThat(accepted.getFirst()).isFalse();
    }
}
