package dev.tunedrop.local.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;

/// Files and uploads, in front of a cloud in memory.
class FilesApiTest extends ApiTest {

    @Test
    void aFileIsKeptAsItCameListedReadAndDeleted() {
        String content = "{\"a\":\"ü\"}\r\n--x\r\n";
        ApiHere.Answer made = api.form("files", "file", content, Map.of("purpose", "fine-tune"));
        shaped("OpenAIFile", made.body());
        assertThat(made.body().path("filename").asText()).isEqualTo("grün.jsonl");
        assertThat(made.body().path("bytes").asInt()).isEqualTo(content.getBytes(StandardCharsets.UTF_8).length);
        assertThat(api.bytes("files/" + made.id() + "/content")).isEqualTo(content.getBytes(StandardCharsets.UTF_8));
        shaped("ListFilesResponse", api.get("files?purpose=fine-tune").body());
        assertThat(api.get("files?purpose=fine-tune").body().path("data")).hasSize(1);
        assertThat(api.get("files?purpose=batch").body().path("data")).isEmpty();
        shaped("DeleteFileResponse", api.delete("files/" + made.id()).body());
        assertThat(api.get("files/" + made.id()).status()).isEqualTo(404);
    }

    @Test
    void anUploadsPartsBecomeOneFileInTheOrderThatIsAskedFor() {
        ApiHere.Answer upload = api.post(
                "uploads",
                "{\"filename\":\"big.jsonl\",\"purpose\":\"fine-tune\",\"bytes\":6,\"mime_type\":\"text/jsonl\"}");
        shaped("Upload", upload.body());
        String path = "uploads/" + upload.id();
        ApiHere.Answer second = api.form(path + "/parts", "data", "def", Map.of());
        shaped("UploadPart", second.body());
        String first = api.form(path + "/parts", "data", "abc", Map.of()).id();
        assertThat(api.form(path + "/parts", "data", "g", Map.of()).status())
                .as("more than was said")
                .isEqualTo(400);
        assertThat(api.post(path + "/complete", "{\"part_ids\":[\"" + first + "\"]}")
                        .error()
                        .path("message")
                        .asText())
                .contains("3 bytes", "6");
        String both = "{\"part_ids\":[\"" + first + "\",\"" + second.id() + "\"],\"md5\":\"%s\"}";
        assertThat(api.post(path + "/complete", both.formatted("00")).status()).isEqualTo(400);
        ApiHere.Answer whole = api.post(path + "/complete", both.formatted("e80b5017098950fc58aad83c8c14978e"));
        shaped("Upload", whole.body());
        assertThat(whole.body().path("status").asText()).isEqualTo("completed");
        assertThat(api.bytes("files/" + whole.body().at("/file/id").asText() + "/content"))
                .isEqualTo("abcdef".getBytes(StandardCharsets.UTF_8));
        assertThat(api.post(path + "/cancel", "").error().path("message").asText())
                .contains("completed");
    }
}
