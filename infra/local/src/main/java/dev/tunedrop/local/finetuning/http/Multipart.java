package dev.tunedrop.local.finetuning.http;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.apache.commons.fileupload.MultipartStream;
import org.apache.commons.fileupload.ParameterParser;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.local.disk.DurableFile;

/// A form of `multipart/form-data` with one file in it, which goes to the disk as it comes.
///
/// @param fields the others
/// @param filename as the client named it
/// @param bytes of the file
public record Multipart(Map<String, String> fields, String filename, long bytes) {

    private static final int BUFFER = 64 * 1024;
    private static final int MOST_FIELD_BYTES = 16 * 1024;
    private static final int MOST_PARTS = 32;

    /// @param fileField the part that holds the file
    /// @param target takes the file's bytes, which are on the disk when this returns
    /// @param mostBytes the largest file
    public static Multipart read(Call call, String fileField, Path target, long mostBytes) {
        byte[] boundary = boundary(call.header("Content-Type"));
        try {
            MultipartStream parts = new MultipartStream(call.stream(), boundary, BUFFER, null);
            Map<String, String> fields = new LinkedHashMap<>();
            @Nullable String filename = null;
            int count = 0;
            for (boolean more = parts.skipPreamble(); more; more = parts.readBoundary()) {
                if (++count > MOST_PARTS) throw Refusal.invalid(null, null, "The form has too many parts.");
                Map<String, String> named = disposition(parts.readHeaders());
                String name = Optional.ofNullable(named.get("name")).orElse("");
                if (!name.equals(fileField)) fields.put(name, field(parts));
                else if (filename != null) throw Refusal.invalid(fileField, null, "Send one file at a time.");
                else {
                    filename = Optional.ofNullable(named.get("filename")).orElse("file");
                    try (OutputStream out = Files.newOutputStream(target)) {
                        parts.readBodyData(new Limited(out, fileField, mostBytes));
                    }
                }
            }
            if (filename == null)
                throw Refusal.invalid(
                        fileField, "missing_required_parameter", "'%s' is a required property.".formatted(fileField));
            DurableFile.force(target);
            return new Multipart(fields, filename, Files.size(target));
        } catch (MultipartStream.MalformedStreamException e) {
            throw Refusal.invalid(null, "invalid_form", "The form ends before its last boundary.");
        } catch (IOException e) {
            throw new UncheckedIOException("the form could not be read", e);
        }
    }

    private static String field(MultipartStream parts) throws IOException {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        parts.readBodyData(new Limited(value, null, MOST_FIELD_BYTES));
        return value.toString(StandardCharsets.UTF_8);
    }

    private static byte[] boundary(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType;
        String boundary = type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
                ? parameters(type).get("boundary")
                : null;
        if (boundary == null)
            throw Refusal.invalid(null, "invalid_content_type", "Send a file as multipart/form-data, with a boundary.");
        return boundary.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The parameters of the part's Content-Disposition.
    private static Map<String, String> disposition(String headers) {
        for (String line : headers.split("\r\n", -1))
            if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:"))
                return parameters(line.substring(line.indexOf(':') + 1));
        throw Refusal.invalid(null, "invalid_form", "A part of the form has no Content-Disposition.");
    }

    private static Map<String, String> parameters(String header) {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        return parser.parse(header, ';');
    }

    /// Passes on what fits.
    private static final class Limited extends FilterOutputStream {
        private final @Nullable String field;
        private final long most;
        private long written;

        Limited(OutputStream out, @Nullable String field, long most) {
            super(out);
            this.field = field;
            this.most = most;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            written += length;
            if (written > most)
                throw Refusal.tooLarge(field, "A part of the form has more than %d bytes.".formatted(most));
            out.write(bytes, from, length);
        }
    }
}
