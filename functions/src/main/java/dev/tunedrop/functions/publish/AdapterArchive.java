package dev.tunedrop.functions.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// The one form SageMaker takes an adapter in: a gzipped tar with the files at its root. The bytes depend only on the
/// files' content (POSIX.1-1988 ustar, no times, no owners).
final class AdapterArchive {

    private static final int BLOCK = 512;

    private AdapterArchive() {}

    static void write(Path archive, List<Path> files) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            for (Path file : files) {
                long size = Files.size(file);
                out.write(header(String.valueOf(file.getFileName()), size));
                try (InputStream in = Files.newInputStream(file)) {
                    in.transferTo(out);
                }
                out.write(new byte[(int) (-size & (BLOCK - 1))]);
            }
            out.write(new byte[2 * BLOCK]);
        }
    }

    private static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, "%011o\0".formatted(size));
        put(header, 136, "00000000000\0");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) sum += b & 0xff;
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
