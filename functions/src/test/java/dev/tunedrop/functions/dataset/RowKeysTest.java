package dev.tunedrop.functions.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.apache.commons.codec.digest.MurmurHash3;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;

class RowKeysTest {

    private static final Row.Message ASKED = new Row.Message(Row.Message.USER, "Where is it?", false);
    private static final Row.Message SAID = new Row.Message(Row.Message.ASSISTANT, "On its way.", true);

    @Test
    void ofOneTextTheSumIsThePublishedFunctions() {
        Random random = new Random(3);
        for (int length = 0; length < 400; length++) {
            byte[] text = new byte[length];
            random.nextBytes(text);
            Sum128 sum = new Sum128()
                    .add("before".getBytes(StandardCharsets.US_ASCII))
                    .clear()
                    .add(text);
            assertThat(new long[] {sum.high(), sum.low()})
                    .as("%d bytes", length)
                    .isEqualTo(MurmurHash3.hash128x64(text, 0, length, 0));
        }
    }

    @Test
    void aNumberCountsAsItsEightBytes() {
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
        assertThat(new Sum128().add(0x0807060504030201L).high())
                .isEqualTo(new Sum128().add(bytes).high());
    }

    @Test
    void whereATextEndsCounts() {
        Set<Long> sums = new HashSet<>();
        for (int cut = 0; cut <= 40; cut++)
            sums.add(new Sum128().add(new byte[cut]).add(new byte[40 - cut]).high());
        assertThat(sums).hasSize(41);
    }

    @Test
    void everyPartOfARowChangesItsSum() {
        Row.ToolCall call = new Row.ToolCall("id", "find", "{}");
        Row.Tool tool = new Row.Tool("find", null, null, null);
        List<Row> rows = List.of(
                new Row.Chat(List.of(ASKED, SAID)),
                new Row.Chat(List.of(SAID, ASKED)),
                new Row.Chat(List.of(ASKED, new Row.Message(Row.Message.ASSISTANT, "On its way.", false))),
                new Row.Chat(List.of(ASKED, new Row.Message(Row.Message.USER, "On its way.", true))),
                new Row.Chat(List.of(ASKED, new Row.Message("narrator", "On its way.", true))),
                new Row.Chat(List.of(ASKED, SAID, SAID)),
                chat(new Row.Message(Row.Message.ASSISTANT, "On its way.", true, "Ann", List.of(), null)),
                chat(new Row.Message(Row.Message.ASSISTANT, "On its way.", true, null, List.of(), "Ann")),
                chat(new Row.Message(Row.Message.ASSISTANT, "On its way.", true, null, List.of(call), null)),
                chat(new Row.Message(
                        Row.Message.ASSISTANT,
                        "On its way.",
                        true,
                        null,
                        List.of(new Row.ToolCall(null, "find", "{}")),
                        null)),
                new Row.Chat(List.of(ASKED, SAID), List.of(tool), null),
                new Row.Chat(List.of(ASKED, SAID), List.of(new Row.Tool("find", "Finds.", null, null)), null),
                new Row.Chat(
                        List.of(ASKED, SAID),
                        List.of(new Row.Tool("find", null, Json.mapper().createObjectNode(), null)),
                        null),
                new Row.Chat(List.of(ASKED, SAID), List.of(new Row.Tool("find", null, null, true)), null),
                new Row.Chat(List.of(ASKED, SAID), List.of(), true),
                new Row.Chat(List.of(ASKED, SAID), List.of(), false),
                new Row.Completion("Where is it?", "On its way."),
                new Row.Completion("Where is it?On", " its way."),
                new Row.Labelled("Where is it?", "On its way."),
                new Row.Text("Where is it?"),
                new Row.Preference(List.of(ASKED), List.of(SAID), List.of(SAID), List.of()),
                new Row.Preference(List.of(ASKED), List.of(SAID, SAID), List.of(), List.of()));
        Set<Long> sums = new HashSet<>();
        for (Row row : rows) sums.add(new RowKeys().over(row).content());
        assertThat(sums).hasSameSizeAs(rows);
    }

    private static Row chat(Row.Message answer) {
        return new Row.Chat(List.of(ASKED, answer));
    }

    @Test
    void theSameQuestionHasOneSumInWhateverKindOfRowItIsAsked() {
        RowKeys keys = new RowKeys();
        String asked = keys.over(new Row.Chat(List.of(ASKED, SAID))).question();
        assertThat(asked)
                .hasSize(32)
                .isEqualTo(
                        keys.over(new Row.Completion("Where is it?", "Gone.")).question());
        assertThat(asked)
                .isEqualTo(keys.over(new Row.Preference(List.of(ASKED), List.of(SAID), List.of(), List.of()))
                        .question());
        assertThat(asked)
                .isEqualTo(keys.over(new Row.Labelled("Where is it?", "lost")).question());
        assertThat(asked).isNotEqualTo(keys.over(new Row.Text("Where was it?")).question());
        assertThat(asked)
                .isEqualTo("%016x%016x"
                        .formatted(keys.over(new Row.Text("Where is it?")).questionHigh(), keys.questionLow()));
    }
}
