package dev.tunedrop.functions.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Quote;
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
    void aTableInAFolderTakesThePlaceOfTheShippedOneForOneQuote() throws IOException {
        Path tables = Files.createDirectory(folder.resolve("tables"));
        Files.writeString(tables.resolve("managed.json"), """
                {"staleAfterDays":90,"rows":[{"provider":"sagemaker","model":"ours","title":"Ours","methods":["sft"],
                 "insideAccount":true,"regions":[],"licence":"its terms","trainingUsdPerMillion":0.001,"risks":[],
                 "absent":{},"source":"our contract","asOf":"2026-11-21"}]}
                """);
        String file = chats(20).toString();
        Said said = run(new QuoteCommand(), file, "--base", "llama-3.1-8b", "--catalogue", tables.toString());
        assertThat(said.text()).startsWith("Recommended: sagemaker/ours").doesNotContain("openai/");
        Said mistake = run(
                new QuoteCommand(),
                file,
                "--catalogue",
                folder.resolve("nowhere").toString());
        assertThat(mistake.code()).isEqualTo(2);
        assertThat(mistake.text()).contains("there is no folder");
        Files.writeString(tables.resolve("managed.json"), "{}");
        mistake = run(new QuoteCommand(), file, "--base", "llama-3.1-8b", "--catalogue", tables.toString());
        assertThat(mistake.code()).isEqualTo(2);
        assertThat(mistake.text()).contains("managed.json").contains("staleAfterDays");
    }

    /// Of 40 rows three quarters are held out instead of the default tenth: what is trained costs less by as much.
    @Test
    void aQuoteTrainsOnlyOnTheRowsBeforeTheNamedLine() throws IOException {
        String file = chats(40).toString();
        BigDecimal byShare = expected(run(new QuoteCommand(), file, "--base", "llama-3.1-8b", "--json"));
        Path settings = Files.writeString(folder.resolve("tune.json"), "{\"validationFrom\": 11}");
        BigDecimal byLine = expected(run(new QuoteCommand(), file, "--base", "llama-3.1-8b", "--json"));
        assertThat(byLine.doubleValue() / byShare.doubleValue()).isBetween(0.26, 0.29);
        Files.move(settings, folder.resolve("other.json"));
        assertThat(expected(run(
                        new QuoteCommand(),
                        file,
                        "--base=llama-3.1-8b",
                        "--json",
                        "--settings=" + folder.resolve("other.json"))))
                .isEqualTo(byLine);
    }

    /// Without a tokenizer tokens are told by bytes; what maxTokens cuts off is neither trained nor paid for.
    @Test
    void rowsThatAreLongerThanASequenceAreEstimatedAsWhatIsLeftOfThem() throws IOException {
        Path file = write(IntStream.range(0, 40)
                .mapToObj(i -> row("question " + i + " long".repeat(4000), "answer " + i))
                .toList());
        String[] quote = {file.toString(), "--base=llama-3.1-8b", "--json"};
        BigDecimal cut = expected(run(new QuoteCommand(), quote));
        Files.writeString(folder.resolve("tune.json"), "{\"maxTokens\": 8192}");
        BigDecimal whole = expected(run(new QuoteCommand(), quote));
        assertThat(whole.doubleValue() / cut.doubleValue()).isBetween(2.3, 2.6); // 20 kB or 5,000 tokens against 2,048
    }

    @Test
    void anObjectiveThatTheRowsDoNotTeachIsRefusedAsADropWouldBe() throws IOException {
        Path file = chats(12);
        Files.writeString(folder.resolve("tune.json"), "{\"objective\": \"dpo\"}");
        Said said = run(new CheckCommand(), file.toString());
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.text()).contains("objective-mismatch");
    }

    private static BigDecimal expected(Said said) {
        Quote quote = Json.mapper()
                .convertValue(
                        ((ObjectNode) Json.tree(said.text().getBytes(StandardCharsets.UTF_8), "quote"))
                                .without("decision"),
                        Quote.class);
        return quote.routes().stream()
                .filter(route -> route.route().equals("openai/gpt-4.1-2025-04-14"))
                .findFirst()
                .map(Quote.RouteQuote::trainingUsd)
                .orElseThrow()
                .expected();
    }

    @Test
    void aFileWhoseEveryRowIsHeldOutIsRefusedBeforeItIsPriced() throws IOException {
        Path file = chats(12);
        Files.writeString(file, "\n" + Files.readString(file)); // the first row stands in line 2
        Files.writeString(folder.resolve("tune.json"), "{\"validationFrom\": 2}");
        for (Object command : new Object[] {new CheckCommand(), new QuoteCommand()}) {
            Said said = run(command, file.toString(), "--base=" + tiny());
            assertThat(said.code()).as(said.text()).isEqualTo(1);
            assertThat(said.text()).contains("nothing-to-train", "Put rows before line 2");
        }
        Said estimated = run(new QuoteCommand(), file.toString(), "--base=llama-3.1-8b");
        assertThat(estimated.code()).isEqualTo(1);
        assertThat(estimated.text()).contains("nothing-to-train");
    }

    @Test
    void aReportCountsTheRowsThatTheSettingsHoldOutAndLeavesOutWhatWouldGiveThemAway() throws IOException {
        Path file = chats(30);
        Files.writeString(file, row("question 29", "another answer") + "\n" + Files.readString(file));
        Files.writeString(folder.resolve("tune.json"), "{\"validationFrom\": 22}");
        Said said = run(new CheckCommand(), file.toString(), "--base=" + tiny(), "--json");
        DatasetReport.Signal signal =
                Json.read(said.text(), DatasetReport.class, "report").signal();
        assertThat(signal).isNotNull();
        assertThat(signal.validationRows()).isEqualTo(10);
        assertThat(signal.trainRows()).isEqualTo(20);
        assertThat(signal.duplicateRows()).isEqualTo(1);
    }

    private static Path tiny() {
        return Path.of(System.getProperty("tunedrop.root", "..")).resolve("models/tunedrop-tiny");
    }

    @ParameterizedTest
    @CsvSource({
        "openai-sft, chat",
        "azure, chat",
        "together, chat",
        "fireworks, chat",
        "bedrock-nova, chat",
        "bedrock-llama, chat",
        "vertex-gemini, chat",
        "sagemaker-serverless, chat",
        "tunedrop, chat",
        "openai-sft, alpaca",
        "bedrock-nova, alpaca",
        "vertex-gemini, alpaca",
        "openai-dpo, pair",
        "azure, pair",
        "together, pair",
        "fireworks, pair",
        "nova-dpo, pair",
        "vertex-dpo, pair",
        "openai-dpo, nova pair",
        "vertex-dpo, nova pair",
        "nova-dpo, gemini pair"
    })
    void whatConvertWritesIsWhatTheTargetAccepts(String target, String kind) throws IOException {
        Path out = folder.resolve("out.jsonl");
        Path file = write(IntStream.range(0, 120).mapToObj(i -> row(kind, i)).toList());
        Said said = run(new ConvertCommand(), file.toString(), "--target", target, "--out", out.toString());
        assertThat(said.code()).as(said.text()).isZero();
        assertThat(Files.readAllLines(out)).hasSize(120);
        Said check = run(new CheckCommand(), out.toString(), "--target", target, "--json");
        DatasetReport report = Json.read(check.text(), DatasetReport.class, "report");
        assertThat(report.targets())
                .singleElement()
                .satisfies(
                        verdict -> assertThat(verdict.answer()).as(check.text()).isEqualTo(Answer.ACCEPT));
        assertThat(report.rows()).isEqualTo(120);
    }

    private static String row(String kind, int i) {
        return switch (kind) {
            case "chat" ->
                "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"},"
                        + "{\"role\":\"user\",\"content\":\"question %d\"},".formatted(i)
                        + "{\"role\":\"assistant\",\"content\":\"answer %d\"}],\"note\":1}".formatted(i);
            case "alpaca" ->
                "{\"instruction\":\"Do %d\",\"input\":\"with this\",\"output\":\"Done %d\"}".formatted(i, i);
            case "pair" ->
                "{\"prompt\":\"question %d\",\"chosen\":\"good %d\",\"rejected\":\"bad %d\"}".formatted(i, i, i);
            case "nova pair" ->
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"question %d\"}]},".formatted(i)
                        + "{\"role\":\"assistant\",\"candidates\":["
                        + "{\"content\":[{\"text\":\"bad %d\"}],\"preferenceLabel\":\"non-preferred\"},".formatted(i)
                        + "{\"content\":[{\"text\":\"good %d\"}],\"preferenceLabel\":\"preferred\"}]}]}".formatted(i);
            case "gemini pair" ->
                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"question %d\"}]}],\"completions\":["
                                .formatted(i)
                        + "{\"score\":0,\"completion\":{\"role\":\"model\",\"parts\":[{\"text\":\"bad %d\"}]}},"
                                .formatted(i)
                        + "{\"score\":1,\"completion\":{\"role\":\"model\",\"parts\":[{\"text\":\"good %d\"}]}}]}"
                                .formatted(i);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @Test
    void aRefusedConversionWritesNothing() throws IOException {
        Path out = folder.resolve("out.jsonl");
        Said said = run(new ConvertCommand(), chats(20).toString(), "--target", "openai-dpo", "--out", out.toString());
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.text()).contains("written   nothing: openai-dpo refuses it");
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
    void aFaultInEveryRowAndARefusalByEveryTargetAreSaidOnce() throws IOException {
        Path file = write(Collections.nCopies(
                12,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"asistant\",\"content\":\"y\"}]}"));
        String said = run(new CheckCommand(), file.toString()).text();
        assertThat(said.lines().filter(line -> line.startsWith("error")))
                .singleElement()
                .asString()
                .startsWith("error    line 1, column 52: role-unknown")
                .endsWith("(also in line 2, 3, 4, 5, …)");
        assertThat(said.lines().filter(line -> line.contains("refuse ")))
                .singleElement()
                .asString()
                .contains("role-unknown", "(12 rows: line 1, 2, 3, 4, 5, …)");
        assertThat(said).contains("target    tunedrop, openai-sft, openai-dpo, azure, ");
    }

    @Test
    void aFileWhoseRowsAreAllCutToNothingIsRefusedAsItsDropWouldBe() throws IOException {
        String base = Path.of("../models/tunedrop-tiny").toString();
        Said said = run(new CheckCommand(), chats(12).toString(), "--base", base, "--max-tokens", "2");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.text()).contains("nothing-to-train: no row is left to train on");
        Said alone = run(new CheckCommand(), chats(12).toString(), "--max-tokens", "2");
        assertThat(alone.code()).isEqualTo(2);
        assertThat(alone.text()).contains("Name the base with --base.");
    }

    /// `--html` in front of the file's own name is a slip that must not cost the file.
    @Test
    void noPageIsWrittenOverTheDatasetOrToWhereNoneCanBe() throws IOException {
        Path file = chats(12);
        String rows = Files.readString(file);
        for (Object command : List.of(new CheckCommand(), new QuoteCommand())) {
            Said said = run(command, file.toString(), "--html", file.toString());
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.text()).contains("--html names the dataset itself");
            assertThat(file).hasContent(rows);
        }
        Path nowhere = folder.resolve("nowhere/page.html");
        assertThat(run(new CheckCommand(), file.toString(), "--html", nowhere.toString())
                        .text())
                .contains("there is no folder " + nowhere.getParent() + ". Make it");
        assertThat(run(
                                new ConvertCommand(),
                                file.toString(),
                                "--target",
                                "azure",
                                "--out",
                                folder.resolve("nowhere/out.jsonl").toString())
                        .text())
                .doesNotContain("ACCEPTED")
                .contains("there is no folder");
    }

    @Test
    void aFolderAndAPipeAreSaidToBeWhatTheyAre() {
        assertThat(run(new CheckCommand(), folder.toString()).text()).contains("is a folder. Name a dataset");
        assertThat(run(new CheckCommand(), "/dev/null").text()).contains("/dev/null is no ordinary file");
        assertThat(run(new CheckCommand(), "nowhere.jsonl").text()).contains("there is no file \"nowhere.jsonl\"");
    }

    @Test
    void settingsThatAreNoObjectAndARouteThatIsNowhereAreMistakes() throws IOException {
        String file = chats(12).toString();
        Path settings = folder.resolve("mine.json");
        for (String text : List.of("[]", "null", "")) {
            Files.writeString(settings, text);
            Said said = run(new QuoteCommand(), file, "--settings", settings.toString());
            assertThat(said.code()).as(text).isEqualTo(2);
            assertThat(said.text()).as(text).contains("mine.json: ").endsWith(". Put it right.\n");
        }
        Files.writeString(settings, "{\"epoch\": 3}");
        assertThat(run(new QuoteCommand(), file, "--settings", settings.toString())
                        .text())
                .contains("did you mean \"epochs\"? Put it right.");
        Said route = run(new QuoteCommand(), file, "--base", "llama-3.1-8b", "--target", "opnai");
        assertThat(route.code()).isEqualTo(2);
        assertThat(route.text()).contains("no route is called opnai");
        Said empty = run(new QuoteCommand(), file, "--base", "llama-3.1-8b", "--catalogue", folder.toString());
        assertThat(empty.code()).isEqualTo(2);
        assertThat(empty.text()).contains("holds no table", "managed.json");
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
        return write(IntStream.range(0, count)
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
