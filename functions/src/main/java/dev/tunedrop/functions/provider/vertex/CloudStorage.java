package dev.tunedrop.functions.provider.vertex;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.functions.provider.Content;
import dev.tunedrop.functions.provider.TrainingOrder.DataFile;
import dev.tunedrop.functions.provider.http.Answer;
import dev.tunedrop.functions.provider.http.HttpAnswers;

/// Copies rows to a bucket of Cloud Storage. An object is named by its rows' sum and is believed only by its
/// CRC-32C: the store holds the copy to it on arrival, and what lies there is compared before it is used.
final class CloudStorage {

    private final Project project;
    private final GoogleApi api;
    private final HttpAnswers answers;
    private final Content content;

    CloudStorage(Project project, GoogleApi api, HttpAnswers answers, Content content) {
        this.project = project;
        this.api = api;
        this.answers = answers;
        this.content = content;
    }

    /// The copy's address, such as `gs://bucket/tunedrop/0f….jsonl`.
    String copy(DataFile file) {
        String name = "tunedrop/" + file.sha256() + ".jsonl";
        String sum = checksum(file);
        if (find(name).filter(there -> same(there, file, sum)).isEmpty()) {
            URI address = project.addresses().storage().resolve(project.bucket() + "/" + name);
            answers.read(
                    "the copy of the rows",
                    () -> bodiless(api.put(address, file.sizeBytes(), "crc32c=" + sum, content.of(file))),
                    any -> true);
            if (find(name).filter(there -> same(there, file, sum)).isEmpty())
                throw answers.waiting("the copy of the rows is not whole");
        }
        return "gs://" + project.bucket() + "/" + name;
    }

    private Optional<ObjectNode> find(String name) {
        URI address = project.addresses()
                .storage()
                .resolve("storage/v1/b/%s/o/%s"
                        .formatted(project.bucket(), URLEncoder.encode(name, StandardCharsets.UTF_8)));
        return answers.find("the copy of the rows", () -> api.get(address), GoogleApi::absent);
    }

    private static boolean same(ObjectNode there, DataFile file, String sum) {
        return there.path("size").asLong(-1) == file.sizeBytes()
                && there.path("crc32c").asText().equals(sum);
    }

    /// The store answers a good copy without a body.
    private static Answer bodiless(Answer answer) {
        return answer.good() ? new Answer(answer.status(), new byte[] {'{', '}'}) : answer;
    }

    /// As Google writes it: the four bytes, most significant first, in base 64.
    private String checksum(DataFile file) {
        CRC32C sum = new CRC32C();
        try (InputStream in = content.of(file).get()) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) sum.update(buffer, 0, n);
        } catch (IOException e) {
            throw new UncheckedIOException("the rows " + file.key() + " cannot be read", e);
        }
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) sum.getValue())
                        .array());
    }
}
