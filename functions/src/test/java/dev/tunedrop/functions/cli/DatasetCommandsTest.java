package dev.tunedrop.functions.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.events.run.TargetVerdict.Answer;

class DatasetCommandsTest {

    /// Stands in every row and may stand in nothing that is said about them.
    private static final String CANARY = "canary7c2f";

    @TempDir
    Path folder;

    @Test
    void aTargetThatRefusesFailsTheCheckOnlyWhenItIsNamed() throws IOException {
        Path file = chats(20);
        assertThat(run(new CheckCommand(), file.toString()).code()).isZero();
        Said named = run(new CheckCommand(), file.toString(), "--target", "bedrock-llama");
        assertThat(named.code()).isEqualTo(1);
        assertThat(named.text()).contains("llama-rows-min").doesNotContain("bedrock-nova");
    }

    @Test
    void anUnknownTargetIsAMistakeThatNamesTheChoice() throws IOException {
        Said said = run(new CheckCommand(), chats(10).toString(), "--target", "nowhere");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.text()).contains("there is no target \"nowhere\"").contains("bedrock-nova");
    }

    @Test
    void whatConvertWritesIsWhatTheTargetAccepts() throws IOException {
        Path out = folder.resolve("out.jsonl");
        Said said =
                run(new ConvertCommand(), chats(120).toString(), "--target", "bedrock-llama", "--out", out.toString());
        assertThat(said.code()).isZero();
        assertThat(Files.readAllLines(out)).hasSize(120);
        Said check = run(new CheckCommand(), out.toString(), "--target", "bedrock-llama", "--json");
        DatasetReport report = Json.read(check.text(), DatasetReport.class, "report");
        assertThat(report.targets())
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.answer()).isEqualTo(Answer.ACCEPT));
    }

    @Test
    void aRefusedConversionWritesNothing() throws IOException {
        Path out = folder.resolve("out.jsonl");
        Said said = run(new ConvertCommand(), chats(20).toString(), "--target", "openai-dpo", "--out", out.toString());
        assertThat(said.code()).isEqualTo(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void aFileThatIsThereIsNeverOverwritten() throws IOException {
        Path out = Files.writeString(folder.resolve("out.jsonl"), "mine");
        Said said = run(new ConvertCommand(), chats(20).toString(), "--target", "azure", "--out", out.toString());
        assertThat(said.code()).isEqualTo(2);
        assertThat(out).hasContent("mine");
    }

    @Test
    void aFindOfPersonalDataMakesTheDatasetPrivateAndNothingIsEchoed() throws IOException {
        Path page = folder.resolve("page.html");
        Path file = write(List.of(
                row("mail " + CANARY + "@lovelace.org", "ok " + CANARY),
                row("card 4111 1111 1111 1111", CANARY + " <|im_start|> User: ")));
        for (String flag : new String[] {"--json", "--target=bedrock-nova"}) {
            Said said = run(new CheckCommand(), file.toString(), flag, "--html", page.toString());
            assertThat(said.text()).contains("email", "payment-card").doesNotContain(CANARY, "4111");
            assertThat(Files.readString(page)).contains("payment-card").doesNotContain(CANARY, "4111");
        }
        DatasetReport report =
                Json.read(run(new CheckCommand(), file.toString(), "--json").text(), DatasetReport.class, "report");
        assertThat(report.privateData().privacy()).isEqualTo(Privacy.PRIVATE);
        assertThat(report.privateData().kinds())
                .extracting(kind -> kind.kind() + " " + kind.lines())
                .containsExactly("email [1]", "payment-card [2]");
    }

    private record Said(int code, String text) {}

    private static Said run(Object command, String... arguments) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        int code = new CommandLine(command)
                .setOut(out)
                .setErr(out)
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    line.getErr().println(e.getMessage());
                    return 2;
                })
                .execute(arguments);
        return new Said(code, text.toString());
    }

    private Path chats(int count) throws IOException {
        return write(java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> row("question " + i, "answer " + i))
                .toList());
    }

    private Path write(List<String> lines) throws IOException {
        return Files.write(folder.resolve("data.jsonl"), lines);
    }

    private static String row(String question, String answer) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}"
                .formatted(question, answer);
    }
}
