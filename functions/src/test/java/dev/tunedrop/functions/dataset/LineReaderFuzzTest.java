package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Whatever the bytes, wherever a file is cut and whatever the cap, ranges give the file's lines once each.
class LineReaderFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void rangesGiveEveryLineOnce(FuzzedDataProvider data) throws IOException {
        int cap = data.consumeInt(1, 40);
        int first = data.consumeInt(0, 80);
        int second = data.consumeInt(0, 80);
        byte[] file = data.consumeRemainingAsBytes();
        int one = Math.min(file.length, Math.min(first, second));
        int two = Math.min(file.length, Math.max(first, second));
        List<String> ranges = new ArrayList<>(read(file, 0, one, cap));
        if (two > one) ranges.addAll(read(file, one, two, cap));
        if (file.length > two) ranges.addAll(read(file, two, file.length, cap));
        assertThat(ranges).isEqualTo(plain(file, cap));
    }

    private static List<String> read(byte[] file, int start, int end, int cap) throws IOException {
        int from = (int) LineReader.firstByte(start);
        LineReader reader =
                LineReader.ofRange(new ByteArrayInputStream(file, from, file.length - from), start, end, cap);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next())
            lines.add(named(line.offset(), line.tooLong(), line.sizeBytes(), line.bytes()));
        return lines;
    }

    /// The same, over the file as one text.
    private static List<String> plain(byte[] file, int cap) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        List<String> lines = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int feed = text.indexOf('\n', at);
            int end = feed < 0 ? text.length() : feed;
            int to = feed > at && text.charAt(feed - 1) == '\r' ? feed - 1 : end;
            boolean tooLong = to - at > cap;
            byte[] bytes = text.substring(at, tooLong ? at : to).getBytes(StandardCharsets.ISO_8859_1);
            lines.add(named(at, tooLong, to - at, bytes));
            at = end + 1;
        }
        return lines;
    }

    private static String named(long offset, boolean tooLong, long size, byte[] bytes) {
        return offset + (tooLong ? " too long " : " ") + size + " " + new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
