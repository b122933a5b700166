package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class LineReaderTest {

    private static final int CAP = 12;

    private static List<String> range(byte[] file, int start, int end) throws IOException {
        int first = (int) LineReader.firstByte(start);
        LineReader reader =
                LineReader.ofRange(new ByteArrayInputStream(file, first, file.length - first), start, end, CAP);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next())
            lines.add(line.offset() + ":" + (line.tooLong() ? "<" + line.sizeBytes() + ">" : text(line)));
        return lines;
    }

    private static String text(LineReader.Line line) {
        return new String(line.bytes(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> whole(String text) throws IOException {
        return range(utf8(text), 0, Integer.MAX_VALUE);
    }

    @Test
    void linesEndAtLineFeedsWithOrWithoutACarriageReturn() throws IOException {
        assertThat(whole("a\nb\r\n\nc")).containsExactly("0:a", "2:b", "5:", "6:c");
        assertThat(whole("a\n")).containsExactly("0:a");
        assertThat(whole("")).isEmpty();
        assertThat(whole("\n")).containsExactly("0:");
    }

    @Test
    void unicodeLineSeparatorsAreText() throws IOException {
        assertThat(whole("a\u2028b\u0085c")).containsExactly("0:a\u2028b\u0085c");
    }

    @Test
    void aLoneCarriageReturnIsText() throws IOException {
        assertThat(whole("a\rb\n")).containsExactly("0:a\rb");
    }

    @Test
    void aLineOverTheCapIsToldWithItsSizeAndTheNextIsRead() throws IOException {
        assertThat(whole("123456789012\n1234567890123\r\nx")).containsExactly("0:123456789012", "13:<13>", "28:x");
    }

    @Test
    void rangesThatTileAFileGiveEveryLineExactlyOnce() throws IOException {
        Random random = new Random(7);
        String alphabet = "ab\n\n\ré\u2028";
        int cuts = 0;
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            byte[] file = utf8(text.toString());
            List<String> expected = range(file, 0, file.length);
            for (int cut = 0; cut <= file.length; cut++) {
                List<String> tiled = new ArrayList<>(range(file, 0, cut));
                if (cut == 0) tiled.clear();
                if (cut < file.length) tiled.addAll(range(file, cut, file.length));
                assertThat(tiled).as("%s cut at %d", Arrays.toString(file), cut).isEqualTo(expected);
                cuts++;
            }
        }
        assertThat(cuts).isGreaterThan(5000);
    }

    @Test
    void aHugeLineIsReadInConstantMemory() throws IOException {
        long size = 64L << 20;
        try (InputStream huge = new SequenceInputStream(new Zeros(size), new ByteArrayInputStream(utf8("\nx\n")))) {
            LineReader reader = LineReader.of(huge);
            LineReader.Line first = reader.next();
            assertThat(first).isNotNull();
            assertThat(first.tooLong()).isTrue();
            assertThat(first.sizeBytes()).isEqualTo(size);
            LineReader.Line second = reader.next();
            assertThat(second).isNotNull();
            assertThat(text(second)).isEqualTo("x");
        }
    }

    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long size) {
            left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? '0' : -1;
        }

        @Override
        public int read(byte[] into, int at, int length) {
            if (left <= 0) return -1;
            int count = (int) Math.min(length, left);
            Arrays.fill(into, at, at + count, (byte) '0');
            left -= count;
            return count;
        }
    }
}
