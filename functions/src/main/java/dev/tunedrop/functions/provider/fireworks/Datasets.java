package dev.tunedrop.functions.provider.fireworks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.Content;
import dev.tunedrop.functions.provider.TrainingOrder.DataFile;
import dev.tunedrop.functions.provider.http.Answer;
import dev.tunedrop.functions.provider.http.HttpAnswers;

/// Sees that rows are at Fireworks as a dataset. Its id is made of the rows' sum, so one content is sent once; a
/// dataset costs nothing, so a call whose answer is lost is made again.
final class Datasets {

    private static final int DIGITS = 32;
    private static final String FILE = "rows.jsonl";

    private final FireworksApi api;
    private final HttpAnswers answers;
    private final Content content;

    Datasets(FireworksApi api, HttpAnswers answers, Content content) {
        this.api = api;
        this.answers = answers;
        this.content = content;
    }

    /// The dataset's id, once it is ready.
    String of(DataFile file) {
        String id = "tunedrop-" + file.sha256().substring(0, DIGITS);
        Optional<ObjectNode> there = find(id);
        String state = there.map(dataset -> dataset.path("state").asText()).orElseGet(() -> create(id, file));
        if (state.equals("UPLOADING")) {
            upload(id, file);
            state = find(id).map(dataset -> dataset.path("state").asText()).orElse("");
        }
        if (!state.equals("READY")) throw answers.waiting("the dataset " + id + " is " + state);
        return id;
    }

    private Optional<ObjectNode> find(String id) {
        return answers.find("dataset " + id, () -> api.get("datasets/" + id), FireworksApi::absent);
    }

    private String create(String id, DataFile file) {
        ObjectNode body = Json.mapper().createObjectNode().put("datasetId", id);
        body.putObject("dataset")
                .put("exampleCount", Long.toString(rows(file)))
                .put("format", "CHAT")
                .putObject("userUploaded");
        answers.read("dataset " + id, () -> api.post("datasets", body));
        return "UPLOADING";
    }

    private void upload(String id, DataFile file) {
        ObjectNode sizes = Json.mapper().createObjectNode();
        sizes.putObject("filenameToSize").put(FILE, Long.toString(file.sizeBytes()));
        String url = answers.read(
                        "upload of " + id,
                        () -> api.post("datasets/" + id + ":getUploadEndpoint", sizes),
                        o -> o.path("filenameToSignedUrls").path(FILE).isTextual())
                .path("filenameToSignedUrls")
                .path(FILE)
                .asText();
        answers.read("upload of " + id, () -> objectOf(api.put(url, file.sizeBytes(), content.of(file))), any -> true);
        answers.read(
                "upload of " + id,
                () -> api.post(
                        "datasets/" + id + ":validateUpload", Json.mapper().createObjectNode()),
                any -> true);
    }

    /// A store answers a good PUT without a body.
    private static Answer objectOf(Answer answer) {
        return answer.good() ? new Answer(answer.status(), new byte[] {'{', '}'}) : answer;
    }

    private long rows(DataFile file) {
        try (InputStream in = content.of(file).get()) {
            long rows = 0;
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer))
                for (int i = 0; i < n; i++) if (buffer[i] == '\n') rows++;
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException("the rows " + file.key() + " cannot be read", e);
        }
    }
}
