package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DatasetReport.FormatSeen;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;

class ReadersTest {

    private final List<Row> rows = new ArrayList<>();

    private DatasetCheck check(String file, DatasetFormat... asked) throws IOException {
        rows.clear();
        DatasetCheck check = asked.length == 0 ? new DatasetCheck() : new DatasetCheck(asked[0]);
        check.file(
                new ByteArrayInputStream(file.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
                (line, row) -> rows.add(row));
        return check;
    }

    private Row row(String json) throws IOException {
        DatasetCheck check = check(json);
        assertThat(check.findings().errors())
                .as(check.findings().listed().toString())
                .isZero();
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private static Row.Message user(String text) {
        return new Row.Message("user", text, false);
    }

    private static Row.Message said(String text) {
        return new Row.Message("assistant", text, true);
    }

    private static Row.Message system(String text) {
        return new Row.Message("system", text, false);
    }

    @Test
    void everyGoodRowIsReadAsItsFormatAndItsCanonicalFormReadsBack() throws IOException {
        for (GoodRows.Good good : GoodRows.ALL) {
            DatasetCheck check = check(good.json());
            assertThat(check.findings().errors()).as(good.json()).isZero();
            assertThat(check.format()).as(good.json()).isEqualTo(good.format().id());
            String canonical = Json.writeLine(rows.getFirst());
            assertThat(Json.read(canonical, Row.class, "test")).isEqualTo(rows.getFirst());
            assertThat(rows.getFirst().toString()).doesNotContain(GoodRows.CANARY);
        }
    }

    @Test
    void toolsCallsAndTheirAnswersAreKept() throws IOException {
        Row.Chat chat = (Row.Chat) row(GoodRows.ALL.get(1).json());
        assertThat(chat.tools()).singleElement().satisfies(tool -> {
            assertThat(tool.name()).isEqualTo("f");
            assertThat(String.valueOf(tool.parameters())).isEqualTo("{\"type\":\"object\"}");
        });
        assertThat(chat.parallelToolCalls()).isFalse();
        assertThat(chat.messages().get(1).toolCalls()).singleElement().satisfies(call -> {
            assertThat(call.id()).isEqualTo("c1");
            assertThat(call.name()).isEqualTo("f");
        });
        assertThat(chat.messages().get(1).trained()).isTrue();
        assertThat(chat.messages().get(2).toolCallId()).isEqualTo("c1");
    }

    @Test
    void theOlderSpellingOfToolsReadsAsTheNewer() throws IOException {
        Row.Chat chat = (Row.Chat)
                row(
                        "{'messages':[{'role':'user','content':'q'},{'role':'assistant','content':null,'function_call':{'name':'f','arguments':'{}'}},{'role':'function','name':'f','content':'r'},{'role':'assistant','content':'a'}],'functions':[{'name':'f','parameters':{}}]}");
        assertThat(chat.tools()).extracting(Row.Tool::name).containsExactly("f");
        assertThat(chat.messages().get(1).toolCalls()).containsExactly(new Row.ToolCall(null, "f", "{}"));
        assertThat(chat.messages().get(2)).isEqualTo(new Row.Message("tool", "r", false, "f", List.of(), null));
    }

    @Test
    void alpacaJoinsInstructionAndInputAndTrainsItsHistory() throws IOException {
        assertThat(row("{'instruction':'i','input':'x','output':'o'}")).isEqualTo(new Row.Completion("i\nx", "o"));
        assertThat(row("{'instruction':'i','output':'o','system':'s','history':[['q','a']]}"))
                .isEqualTo(new Row.Chat(List.of(system("s"), user("q"), said("a"), user("i"), said("o"))));
    }

    @Test
    void shareGptCallsAreParsedAndObservationsAreToolMessages() throws IOException {
        Row.Chat chat = (Row.Chat)
                row(
                        "{'conversations':[{'from':'human','value':'q'},{'from':'function_call','value':'{\\'name\\': \\'f\\', \\'arguments\\': {\\'x\\': 1.50}}'},{'from':'observation','value':'r'},{'from':'gpt','value':'a'}],'tools':'[{\\'name\\':\\'f\\'}]'}");
        assertThat(chat.tools()).extracting(Row.Tool::name).containsExactly("f");
        assertThat(chat.messages().get(1).toolCalls()).containsExactly(new Row.ToolCall(null, "f", "{\"x\":1.50}"));
        assertThat(chat.messages().get(2).role()).isEqualTo("tool");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'prompt':'q','chosen':'a','rejected':'b'}",
                "{'instruction':'q','input':'','chosen':'a','rejected':'b'}",
                "{'prompt':[{'role':'user','content':'q'}],'chosen':[{'role':'assistant','content':'a'}],'rejected':[{'role':'assistant','content':'b'}]}",
                "{'prompt':'q','chosen':[{'role':'user','content':'q'},{'role':'assistant','content':'a'}],'rejected':[{'role':'user','content':'q'},{'role':'assistant','content':'b'}]}",
                "{'conversations':[{'from':'human','value':'q'}],'chosen':{'from':'gpt','value':'a'},'rejected':{'from':'gpt','value':'b'}}",
                "{'chosen':'\\n\\nHuman: q\\n\\nAssistant: a','rejected':'\\n\\nHuman: q\\n\\nAssistant: b'}",
                "{'prompt':'\\n\\nHuman: q\\n\\nAssistant:','chosen':'a','rejected':'b'}",
                "{'input':{'messages':[{'role':'user','content':'q'}]},'preferred_output':[{'role':'assistant','content':'a'}],'non_preferred_output':[{'role':'assistant','content':'b'}]}",
                "{'input':{'messages':[{'role':'user','content':'q'}]},'preferred_completion':[{'role':'assistant','content':'a'}],'non_preferred_completion':[{'role':'assistant','content':'b'}]}",
            })
    void everySpellingOfAPairIsTheSamePair(String json) throws IOException {
        assertThat(row(json))
                .isEqualTo(new Row.Preference(List.of(user("q")), List.of(said("a")), List.of(said("b")), List.of()));
    }

    @Test
    void aPairThatForksAfterTheFirstAnswerKeepsItsSharedTurnsAsUntrainedPrompt() throws IOException {
        Row.Preference pair = (Row.Preference)
                row(
                        "{'chosen':'\\n\\nHuman: q\\n\\nAssistant: x\\n\\nHuman: r\\n\\nAssistant: a','rejected':'\\n\\nHuman: q\\n\\nAssistant: x\\n\\nHuman: r\\n\\nAssistant: b'}");
        assertThat(pair.prompt()).containsExactly(user("q"), new Row.Message("assistant", "x", false), user("r"));
        assertThat(pair.chosen()).containsExactly(said("a"));
    }

    @Test
    void bedrockAndVertexRowsReadAsTheSameChat() throws IOException {
        Row.Chat expected = new Row.Chat(List.of(system("s"), user("q"), said("a")));
        assertThat(
                        row(
                                "{'schemaVersion':'bedrock-conversation-2024','system':[{'text':'s'}],'messages':[{'role':'user','content':[{'text':'q'}]},{'role':'assistant','content':[{'text':'a'}]}]}"))
                .isEqualTo(expected);
        assertThat(
                        row(
                                "{'systemInstruction':{'parts':[{'text':'s'}]},'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':[{'text':'a'}]}]}"))
                .isEqualTo(expected);
    }

    @Test
    void anArrayGivesTheRowsOfTheSameLinesWithTheirPlaces() throws IOException {
        String rows = "{'instruction':'i','output':'o'}";
        DatasetCheck good = check("[\n " + rows + ",\n " + rows + "\n]\n");
        assertThat(good.findings().errors()).isZero();
        assertThat(good.rows()).isEqualTo(2);
        DatasetCheck bad = check("[\n " + rows + ",\n {'instruction':'i',\n  'output':7}\n]");
        assertThat(bad.findings().listed())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo("content-not-text");
                    assertThat(finding.line()).isEqualTo(4);
                    assertThat(finding.column()).isEqualTo(12);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'text':'a'},] | json-trailing-comma | 15",
                "[{'text':'a'},,{'text':'a'}] | json-syntax | 15",
                "[{'text':'a'} | json-unfinished | 2",
                "[{'text':'a' | json-unfinished | 2",
                "[{'text':'a'}}] | json-syntax | 14",
                "[{'text':'a'}] x | json-trailing-content | 16",
                "[{'messages':[]}] | file-json-array | 2",
                "['a'] | row-not-object | 2",
            })
    void aBrokenArrayIsToldWithItsPlace(String file, String rule, long column) throws IOException {
        assertThat(check(file).findings().listed())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .first()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo(rule);
                    assertThat(finding.column()).isEqualTo(column);
                });
    }

    @Test
    void theReportSaysWhichFieldsGaveTheFormatAway() throws IOException {
        DatasetCheck check = check("{'instruction':'i','output':'o'}\n{'instruction':'i','input':'x','output':'o'}\n");
        assertThat(check.formats().formats())
                .containsExactly(
                        new FormatSeen("alpaca", 2, 1, java.util.Map.of("instruction", 2L, "input", 1L, "output", 2L)));
    }

    @Test
    void aMixtureIsRefusedOnceAtItsFirstDifferingLine() throws IOException {
        DatasetCheck check = check("{'text':'a'}\n\n{'text':'a'}\n{'prompt':'p','completion':'c'}\n{'text':'b'}\n");
        assertThat(check.findings().listed())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .extracting(Finding::rule, Finding::line)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("format-mixed", 4L));
        assertThat(check.refusedRows()).isEqualTo(1);
    }

    @Test
    void aNamedFormatDecidesAnAmbiguousRowAndRefusesOneThatDoesNotFit() throws IOException {
        String both = "{'prompt':'p','completion':'c','messages':[{'role':'assistant','content':'a'}]}";
        assertThat(check(both).findings().byRule()).containsKey("row-ambiguous");
        assertThat(check(both, DatasetFormat.PROMPT_COMPLETION).findings().errors())
                .isZero();
        assertThat(check("{'text':'a'}", DatasetFormat.ALPACA).findings().byRule())
                .containsKey("format-mismatch");
        assertThat(check("{'text':'a','label':'b'}", DatasetFormat.TEXT)
                        .findings()
                        .errors())
                .isZero();
        assertThat(rows).containsExactly(new Row.Text("a"));
    }

    @Test
    void novaAndGeminiPairsAreReadWhicheverAnswerComesFirst() throws IOException {
        Row expected = new Row.Preference(
                List.of(system("s"), user("q")), List.of(said("good")), List.of(said("bad")), List.of());
        assertThat(row("{'system':[{'text':'s'}],'messages':[{'role':'user','content':[{'text':'q'}]},"
                        + "{'role':'assistant','candidates':[{'content':[{'text':'bad'}],'preferenceLabel':'non-preferred'},"
                        + "{'content':[{'text':'good'}],'preferenceLabel':'preferred'}]}]}"))
                .isEqualTo(expected);
        assertThat(row(
                        "{'system_instruction':{'parts':[{'text':'s'}]},'contents':[{'role':'user','parts':[{'text':'q'}]}],"
                                + "'completions':[{'score':0,'completion':{'role':'model','parts':[{'text':'bad'}]}},"
                                + "{'score':1,'completion':{'role':'model','parts':[{'text':'good'}]}}]}"))
                .isEqualTo(expected);
    }

    @Test
    void whatIsNoPairOfOneGoodAndOneOtherAnswerIsRefused() throws IOException {
        String candidate = "{'content':[{'text':'a'}],'preferenceLabel':'%s'}";
        for (String labels : List.of("preferred", "preferred,preferred", "preferred,non-preferred,non-preferred")) {
            List<String> candidates = java.util.Arrays.stream(labels.split(",", -1))
                    .map(candidate::formatted)
                    .toList();
            String row =
                    "{'messages':[{'role':'user','content':[{'text':'q'}]},{'role':'assistant','candidates':[%s]}]}"
                            .formatted(String.join(",", candidates));
            assertThat(check(row).findings().byRule()).as(labels).containsKey("preference-not-a-pair");
        }
        String both = "{'systemInstruction':{'parts':[{'text':'s'}]},'system_instruction':{'parts':[{'text':'t'}]},"
                + "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':[{'text':'a'}]}]}";
        assertThat(check(both).findings().byRule()).containsKey("row-ambiguous");
        String asked = "{'messages':[{'role':'user','content':[{'text':'q'}]},{'role':'user','candidates':[%s,%s]}]}"
                .formatted(candidate.formatted("preferred"), candidate.formatted("non-preferred"));
        assertThat(check(asked).findings().byRule()).containsKey("role-unknown");
    }
}
