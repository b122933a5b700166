package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;

class GzipMemberTest {

    private static byte[] packed(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] rows(int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++)
            rows.append("{\"text\":\"row ").append(i * 7919L).append("\"}\n");
        return rows.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String refusal(byte[] file) throws IOException {
        DatasetCheck check = new DatasetCheck();
        check.file(new ByteArrayInputStream(file), (line, row) -> {});
        return String.join(",", check.findings().byRule().keySet());
    }

    @Test
    void anArchiveIsCheckedLikeWhatItHolds() throws IOException {
        DatasetCheck check = new DatasetCheck();
        check.file(new ByteArrayInputStream(packed(rows(500))), (line, row) -> {});
        assertThat(check.findings().errors()).isZero();
        assertThat(check.rows()).isEqualTo(500);
        assertThat(check.format()).isEqualTo("text");
    }

    @Test
    void namesCommentsExtrasAndHeaderChecksumsAreSkipped() throws IOException {
        byte[] plain = packed(rows(50));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3});
        file.write(new byte[] {3, 0, 1, 2, 3});
        file.write("rows.jsonl\0a comment\0".getBytes(StandardCharsets.US_ASCII));
        file.write(new byte[] {7, 7});
        file.write(plain, 10, plain.length - 10);
        assertThat(new GzipMember(new ByteArrayInputStream(file.toByteArray())).readAllBytes())
                .isEqualTo(rows(50));
    }

    @Test
    void everyTruncationIsRefusedAsOne() throws IOException {
        byte[] file = packed(rows(40));
        for (int cut = 2; cut < file.length; cut++)
            assertThat(refusal(Arrays.copyOf(file, cut)))
                    .as("cut at %d of %d", cut, file.length)
                    .contains("gzip-truncated");
    }

    @Test
    void noSingleDamagedByteGivesOtherRowsSilently() throws IOException {
        byte[] file = packed(rows(40));
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] damaged = file.clone();
            int at = 10 + random.nextInt(file.length - 10);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            String rules = refusal(damaged);
            assertThat(rules).as("byte %d", at).containsAnyOf("gzip-", "json-", "utf8-", "row-", "file-");
            if (rules.contains("gzip-")) refused++;
        }
        assertThat(refused).isGreaterThan(390);
    }

    @Test
    void aSecondMemberAnArchiveWithinAndABombAreRefused() throws IOException {
        byte[] one = packed(rows(10));
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        assertThat(refusal(two)).contains("gzip-several-members");
        assertThat(refusal(Arrays.copyOf(one, one.length + 1))).contains("gzip-several-members");
        assertThat(refusal(packed(one))).isEqualTo("file-gzip");
        assertThat(refusal(packed(new byte[64 << 20]))).contains("gzip-ratio");
    }

    @Test
    void whatGrowsBeyondTheCapIsRefused() throws IOException {
        byte[] file = packed(rows(2000));
        assertThatThrownBy(() -> new GzipMember(new ByteArrayInputStream(file), 1000).readAllBytes())
                .isInstanceOf(GzipMember.Refused.class)
                .hasMessageContaining("1,000 bytes");
    }
}
