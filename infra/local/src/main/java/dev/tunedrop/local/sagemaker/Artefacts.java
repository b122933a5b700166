package dev.tunedrop.local.sagemaker;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;

/// Finds what `s3://…` names among the objects on disk, and unpacks adapter archives (gzipped ustar, files at the
/// root, as SageMaker takes them).
final class Artefacts {

    private static final int BLOCK = 512;

    private final Path objects;

    /// @param objects the folder of the local S3
    Artefacts(Path objects) {
        this.objects = objects;
    }

    /// The file or folder of an object or prefix.
    Path locate(String uri) {
        if (!uri.startsWith("s3://")) throw new SageMakerException("\"" + uri + "\" is not an s3:// address.");
        Path path = objects.resolve(uri.substring("s3://".length())).normalize();
        if (!path.startsWith(objects)) throw new SageMakerException("\"" + uri + "\" is not in a bucket.");
        if (!Files.exists(path)) throw new SageMakerException("Could not find model data at " + uri + ".");
        return path;
    }

    /// An adapter's folder: the address itself where it is a prefix, else its archive unpacked below `scratch`.
    Path unpack(String uri, Path scratch) throws IOException {
        Path archive = locate(uri);
        if (Files.isDirectory(archive)) return archive;
        Files.createDirectories(scratch);
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            for (byte[] header = in.readNBytes(BLOCK);
                    header.length == BLOCK && header[0] != 0;
                    header = in.readNBytes(BLOCK)) {
                String name = text(header, 0, 100);
                long size = Long.parseLong(text(header, 124, 12).strip(), 8);
                boolean file = header[156] == '0' || header[156] == 0;
                if (file && !name.matches("(\\./)?[A-Za-z0-9][A-Za-z0-9._-]*"))
                    throw new IOException("the archive holds a file that is not at its root");
                byte[] content = in.readNBytes(Math.toIntExact(size));
                if (content.length != size) throw new EOFException("the archive is cut short");
                in.skipNBytes(-size & (BLOCK - 1));
                if (file) place(scratch.resolve(name), content);
            }
        }
        return scratch;
    }

    private static void place(Path file, byte[] content) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, content);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) end++;
        return new String(header, from, end - from, StandardCharsets.US_ASCII);
    }
}
