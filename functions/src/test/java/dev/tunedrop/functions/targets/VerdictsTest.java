package dev.tunedrop.functions.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.events.run.TargetVerdict.Answer;
import dev.tunedrop.events.run.TargetVerdict.Effect;
import dev.tunedrop.functions.checks.Rows;
import dev.tunedrop.functions.checks.SeenRow;
import dev.tunedrop.functions.checks.ShapeCheck;
import dev.tunedrop.functions.checks.Tallies;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

class VerdictsTest {

    private static final Targets TARGETS = Targets.load();

    @Test
    void everyRuleOfAServiceHasASourceAndADateUnlessTheFormatItselfDemandsIt() {
        assertThat(TARGETS.rules()).hasSizeGreaterThan(40);
        for (Rule rule : TARGETS.rules()) {
            boolean limit = rule.limit() != null || rule.kind() == Rule.Kind.WORDS;
            if (limit) assertThat(rule.source()).as(rule.id()).isNotBlank();
            if (rule.source() != null) {
                assertThat(rule.evidence()).as(rule.id()).isNotNull();
                assertThat(rule.asOf()).as(rule.id()).isBeforeOrEqualTo(TARGETS.asOf());
            }
        }
        assertThat(TARGETS.rules()).extracting(Rule::id).doesNotHaveDuplicates();
    }

    @Test
    void everyTallyThatARuleNamesIsOneThatSomeCheckMakes() {
        Tallies tallies = new Tallies();
        see(tallies, List.of(everything(), preference()));
        for (Rule rule : TARGETS.rules())
            if (rule.kind() == Rule.Kind.SEEN && rule.keyed().startsWith("shape/"))
                assertThat(tallies.get(rule.keyed()).rows()).as(rule.id()).isPositive();
    }

    private static Row everything() {
        return new Row.Chat(
                List.of(
                        Rows.answer("first"),
                        Rows.system("late"),
                        Rows.user("one"),
                        Rows.user("two"),
                        new Row.Message("assistant", "untrained", false),
                        Rows.call("1", "t", "{}"),
                        Rows.result("1", "r"),
                        new Row.Message("tool", "no id", false, null, List.of(), null),
                        Rows.user("last")),
                List.of(),
                null);
    }

    private static Row preference() {
        return new Row.Preference(
                List.of(Rows.answer("no question")),
                List.of(Rows.answer("a"), Rows.answer("b")),
                List.of(Rows.answer("c")),
                List.of());
    }

    @Test
    void aPlainChatFileIsAcceptedWhereItsFormatIsReadAndConvertedElsewhere() {
        Map<String, TargetVerdict> verdicts = verdicts(chats(200), "openai-chat");
        assertThat(answers(verdicts))
                .containsEntry("tunedrop", Answer.ACCEPT)
                .containsEntry("openai-sft", Answer.ACCEPT)
                .containsEntry("azure", Answer.ACCEPT)
                .containsEntry("openai-dpo", Answer.REFUSE)
                .containsEntry("bedrock-nova", Answer.CONVERT)
                .containsEntry("bedrock-llama", Answer.CONVERT)
                .containsEntry("vertex-gemini", Answer.CONVERT)
                .containsEntry("sagemaker-serverless", Answer.ACCEPT);
    }

    @Test
    void aPairThatEndsWithoutAQuestionOrGoesOnForTurnsIsRefusedByNovaAndGemini() {
        List<Row> rows = new ArrayList<>(List.of(preference()));
        Map<String, TargetVerdict> verdicts = verdicts(rows, "openai-preference");
        assertThat(refusals(verdicts, "nova-dpo")).containsExactly("nova-dpo-one-output", "nova-dpo-prompt-user");
        assertThat(refusals(verdicts, "vertex-dpo")).containsExactly("vertex-dpo-one-output", "vertex-dpo-prompt-user");
        Map<String, TargetVerdict> chats = verdicts(chats(20), "openai-chat");
        assertThat(refusals(chats, "nova-dpo")).containsExactly("kind-not-taken");
        assertThat(refusals(chats, "vertex-dpo")).containsExactly("kind-not-taken");
    }

    @Test
    void aLimitThatCouldNotBeVerifiedIsToldAsARiskAndNeverRefuses() {
        Map<String, TargetVerdict> verdicts = verdicts(chats(5), "bedrock-conversation");
        assertThat(one(verdicts, "bedrock-nova").answer()).isEqualTo(Answer.ACCEPT);
        assertThat(one(verdicts, "bedrock-nova").reasons())
                .filteredOn(reason -> reason.rule().equals("nova-rows-min"))
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.effect()).isEqualTo(Effect.RISK);
                    assertThat(reason.message())
                            .isEqualTo("the file has 5 rows, at least 8 are asked for (not verified)");
                });
        assertThatThrownBy(() -> new Rule(
                        "x",
                        List.of(),
                        Rule.Kind.ALWAYS,
                        Effect.REFUSE,
                        null,
                        null,
                        null,
                        "m",
                        "r",
                        null,
                        Rule.Evidence.UNVERIFIED,
                        null))
                .hasMessageContaining("not verified");
    }

    @Test
    void nineRowsAreTooFewForOpenAiAndNinetyNineForLlama() {
        assertThat(refusals(verdicts(chats(9), "openai-chat"), "openai-sft")).containsExactly("openai-rows-min");
        assertThat(refusals(verdicts(chats(10), "openai-chat"), "openai-sft")).isEmpty();
        assertThat(refusals(verdicts(chats(99), "openai-chat"), "bedrock-llama"))
                .containsExactly("llama-rows-min");
        assertThat(refusals(verdicts(chats(100), "openai-chat"), "bedrock-llama"))
                .isEmpty();
    }

    @Test
    void aReservedWordIsRefusedByNovaAloneAndItsLineIsNamed() {
        List<Row> rows = chats(120);
        rows.set(6, Rows.chat("User: hello", "hi"));
        Map<String, TargetVerdict> verdicts = verdicts(rows, "openai-chat");
        assertThat(refusals(verdicts, "bedrock-nova")).containsExactly("nova-reserved-words");
        assertThat(one(verdicts, "bedrock-nova").reasons().getFirst().lines()).containsExactly(7L);
        assertThat(refusals(verdicts, "openai-sft")).isEmpty();
    }

    @Test
    void aSpecialTokenIsRefusedByTheOpenAiProtocol() {
        List<Row> rows = chats(20);
        rows.set(3, Rows.chat("complete this", "a <|fim_suffix|> b"));
        assertThat(refusals(verdicts(rows, "openai-chat"), "azure")).containsExactly("openai-special-tokens");
    }

    @Test
    void aRowOfSeveralTurnsCannotBecomeAPromptAndACompletion() {
        List<Row> rows = chats(120);
        rows.set(0, new Row.Chat(List.of(Rows.user("a"), Rows.answer("b"), Rows.user("c"), Rows.answer("d"))));
        assertThat(refusals(verdicts(rows, "openai-chat"), "bedrock-llama")).containsExactly("llama-turns");
    }

    @Test
    void aLongRowIsARiskAtOpenAiWhichCutsItAndARefusalAtBedrockWhichDoesNot() {
        List<Row> rows = chats(120);
        rows.set(1, Rows.chat("word ".repeat(60_000), "yes"));
        Map<String, TargetVerdict> verdicts = verdicts(rows, "openai-chat");
        assertThat(one(verdicts, "openai-sft").answer()).isEqualTo(Answer.ACCEPT);
        assertThat(one(verdicts, "openai-sft").reasons())
                .anyMatch(r -> r.rule().equals("openai-row-tokens") && r.effect() == Effect.RISK);
        assertThat(refusals(verdicts, "bedrock-llama")).containsExactly("llama-row-tokens");
    }

    @Test
    void tooManyEpochsAreRefusedByTheirLimit() {
        Tallies tallies = new Tallies();
        see(tallies, chats(200));
        List<TargetVerdict> verdicts =
                new Verdicts("openai-chat", true, 1000, 200, 6, tallies, new Findings()).of(TARGETS);
        assertThat(refusals(byName(verdicts), "bedrock-nova")).containsExactly("nova-epochs");
        assertThat(refusals(byName(verdicts), "bedrock-llama")).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadGoesNowhereAndOneThatOnlyOurTemplateRefusesGoesElsewhere() {
        Tallies tallies = new Tallies();
        see(tallies, chats(200));
        Findings broken = new Findings();
        broken.add(new Finding("json-syntax", Finding.Severity.ERROR, 5, 1, null, "this is not JSON", "Write JSON."));
        List<TargetVerdict> none = new Verdicts("openai-chat", true, 1000, 200, 3, tallies, broken).of(TARGETS);
        assertThat(none).allMatch(verdict -> verdict.answer() == Answer.REFUSE);
        Findings own = new Findings();
        own.add(new Finding("text-refused", Finding.Severity.ERROR, 5, 0, null, "no such role", "Change it."));
        Map<String, TargetVerdict> some =
                byName(new Verdicts("openai-chat", true, 1000, 200, 3, tallies, own).of(TARGETS));
        assertThat(answers(some)).containsEntry("tunedrop", Answer.REFUSE).containsEntry("openai-sft", Answer.ACCEPT);
    }

    static List<Row> chats(int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) rows.add(Rows.chat("question " + i, "answer " + i));
        return rows;
    }

    static Map<String, TargetVerdict> verdicts(List<Row> rows, String format) {
        Tallies tallies = new Tallies();
        see(tallies, rows);
        return byName(new Verdicts(format, true, 1000, rows.size(), 3, tallies, new Findings()).of(TARGETS));
    }

    private static void see(Tallies tallies, List<Row> rows) {
        TargetCheck check = new TargetCheck(TARGETS);
        ShapeCheck shape = new ShapeCheck();
        for (int i = 0; i < rows.size(); i++) {
            check.see(SeenRow.of(i + 1L, rows.get(i)), tallies);
            shape.see(SeenRow.of(i + 1L, rows.get(i)), tallies);
        }
    }

    private static Map<String, TargetVerdict> byName(List<TargetVerdict> verdicts) {
        return verdicts.stream().collect(Collectors.toMap(TargetVerdict::target, Function.identity()));
    }

    private static Map<String, Answer> answers(Map<String, TargetVerdict> verdicts) {
        return verdicts.values().stream().collect(Collectors.toMap(TargetVerdict::target, TargetVerdict::answer));
    }

    private static List<String> refusals(Map<String, TargetVerdict> verdicts, String target) {
        return one(verdicts, target).reasons().stream()
                .filter(reason -> reason.effect() == Effect.REFUSE)
                .map(TargetVerdict.Reason::rule)
                .toList();
    }

    private static TargetVerdict one(Map<String, TargetVerdict> verdicts, String target) {
        return Objects.requireNonNull(verdicts.get(target), target);
    }
}
