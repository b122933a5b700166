package dev.tunedrop.endpoint.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ScriptedModel model = new ScriptedModel(2000);
    private final Serving serving = new Serving("base", model, new ByteWords(), 2, 2);

    @AfterEach
    void everythingIsGivenBack() {
        model.steps.release(1_000_000);
        serving.close();
        assertThat(model.openContexts).hasValue(0);
        assertThat(model.openAdapters).hasValue(0);
        assertThat(model.closed).isTrue();
    }

    private Generation ask(@Nullable String name, String question) {
        return ask(name, question, Sampling.GREEDY);
    }

    private Generation ask(@Nullable String name, String question, Sampling sampling) {
        return serving.begin(name, List.of(new Message("user", question)), sampling);
    }

    private static Piece last(Generation generation, StringBuilder text) {
        while (true) {
            Piece piece;
            try {
                piece = generation.poll(PATIENCE);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            switch (piece) {
                case null -> throw new AssertionError("no piece came");
                case Piece.Text part -> text.append(part.text());
                case Piece.End end -> {
                    return end;
                }
                case Piece.Failed failed -> {
                    return failed;
                }
            }
        }
    }

    @Test
    void whatAdaptersAreAskedIsSeenAndWhatTheBaseIsAskedIsNot() {
        List<String> seen = new ArrayList<>();
        PromptWatch watch = new PromptWatch() {
            @Override
            public void seen(String adapter, int[] prompt) {
                seen.add(adapter + " " + prompt.length);
            }

            @Override
            public void close() {}
        };
        try (Serving watched = new Serving("base", new ScriptedModel(2000), new ByteWords(), 2, 2, watch)) {
            watched.load("one", Path.of("one"));
            List<Message> question = List.of(new Message("user", "Hello"));
            watched.begin("base", question, Sampling.GREEDY).close();
            watched.begin(null, question, Sampling.GREEDY).close();
            assertThat(seen).isEmpty();
            watched.begin("one", question, Sampling.GREEDY).close();
            assertThat(seen).containsExactly("one " + new ByteWords().promptIds(question).length);
            assertThatThrownBy(() -> watched.begin("nobody", question, Sampling.GREEDY))
                    .isInstanceOf(UnknownModel.class);
            assertThat(seen).hasSize(1);
        }
    }

    private static String answer(Generation generation) {
        StringBuilder text = new StringBuilder();
        assertThat(last(generation, text)).isInstanceOf(Piece.End.class);
        return text.toString();
    }

    @Test
    void theBaseAnswersUnderItsNameAndUnderNone() {
        assertThat(answer(ask("base", "hello"))).isEqualTo("echo: hello");
        assertThat(answer(ask(null, "héllo 🎈"))).isEqualTo("echo: héllo 🎈");
    }

    @Test
    void noPieceHoldsHalfACharacter() throws InterruptedException {
        Generation generation = ask(null, "🎈é漢");
        List<String> parts = new ArrayList<>();
        for (Piece piece = generation.poll(PATIENCE);
                piece instanceof Piece.Text text;
                piece = generation.poll(PATIENCE)) parts.add(text.text());
        assertThat(parts).endsWith("🎈", "é", "漢");
    }

    @Test
    void tokensAreCountedTheEndTokenIncluded() {
        Piece end = last(ask(null, "hello"), new StringBuilder());
        assertThat(end).isEqualTo(new Piece.End(Piece.Finish.STOP, new Piece.Usage(5, 12)));
    }

    @Test
    void theMostTokensEndAnAnswer() {
        StringBuilder text = new StringBuilder();
        Piece end = last(ask(null, "hello", Sampling.GREEDY.upTo(4)), text);
        assertThat(text).hasToString("echo");
        assertThat(end).isEqualTo(new Piece.End(Piece.Finish.LENGTH, new Piece.Usage(5, 4)));
    }

    @Test
    void theEndOfTheContextEndsAnAnswer() {
        StringBuilder text = new StringBuilder();
        Piece end = last(ask(null, "forever"), text);
        assertThat(text).hasSize(2000 - 7);
        assertThat(end).isEqualTo(new Piece.End(Piece.Finish.LENGTH, new Piece.Usage(7, 1993)));
    }

    @Test
    void aConversationThatFillsTheContextIsRefused() {
        assertThatThrownBy(() -> ask(null, "x".repeat(2000)))
                .isInstanceOf(UnusableRequest.class)
                .hasMessageContaining("2000 tokens");
        assertThat(answer(ask(null, "x".repeat(1999)))).isEqualTo("e");
    }

    @Test
    void aPromptLongerThanOneTurnIsReadInPartsAndWhole() {
        String question = "y".repeat(900);
        assertThat(answer(ask(null, question))).isEqualTo("echo: " + question);
    }

    @Test
    void aStopTextIsNotPartOfTheAnswer() {
        Sampling sampling = new Sampling(0, 1, null, null, List.of("ll"));
        assertThat(answer(ask(null, "hello", sampling))).isEqualTo("echo: he");
    }

    @Test
    void adaptersAnswerUnderTheirNames() {
        assertThat(serving.load("triage", Path.of("/adapters/triage"))).isEqualTo(Serving.Loaded.ADDED);
        assertThat(answer(ask("triage", "hi"))).isEqualTo("triage: hi");
        assertThat(answer(ask("base", "hi"))).isEqualTo("echo: hi");
        assertThatThrownBy(() -> ask("nobody", "hi")).isInstanceOf(UnknownModel.class);
    }

    @Test
    void loadingTheSameAgainIsNoErrorAndAnotherUnderItsNameIsOne() {
        serving.load("a", Path.of("/adapters/one"));
        assertThat(serving.load("a", Path.of("/adapters/x/../one"))).isEqualTo(Serving.Loaded.ALREADY_THERE);
        assertThat(serving.load("a", Path.of("/adapters/two"))).isEqualTo(Serving.Loaded.NAME_TAKEN);
        assertThat(serving.load("base", Path.of("/adapters/two"))).isEqualTo(Serving.Loaded.NAME_TAKEN);
        assertThatThrownBy(() -> serving.load("a/b", Path.of("/adapters/two"))).isInstanceOf(UnusableAdapter.class);
        assertThat(model.openAdapters).hasValue(1);
    }

    @Test
    void anAdapterTakenAwayServesItsRequestsToTheEnd() {
        serving.load("a", Path.of("/adapters/a"));
        model.steps.drainPermits();
        Generation generation = ask("a", "hi");
        assertThat(serving.adapters().getFirst().requests()).isEqualTo(1);
        assertThat(serving.unload("a")).isTrue();
        assertThat(serving.unload("a")).isFalse();
        assertThat(serving.adapters()).isEmpty();
        assertThatThrownBy(() -> ask("a", "hi")).isInstanceOf(UnknownModel.class);
        assertThat(model.openAdapters).hasValue(1);
        model.steps.release(1_000_000);
        assertThat(answer(generation)).isEqualTo("a: hi");
        assertThat(model.openAdapters).hasValue(0);
    }

    @Test
    void requestsInProgressTakeTurns() {
        model.steps.drainPermits();
        Generation first = ask(null, "aaaaaaaa");
        Generation second = ask(null, "bbbbbbbb");
        model.steps.release(1_000_000);
        answer(first);
        answer(second);
        int both = model.turns.indexOf("bbbbbbbb");
        assertThat(model.turns.subList(both, both + 12).stream().filter("aaaaaaaa"::equals))
                .hasSize(6);
    }

    @Test
    void beyondTheQueueRequestsAreRefusedAndAPlaceFreedIsAPlaceToHave() {
        model.steps.drainPermits();
        List<Generation> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) taken.add(ask(null, "hi"));
        assertThatThrownBy(() -> ask(null, "hi")).isInstanceOf(Busy.class);
        taken.removeLast().close();
        taken.add(ask(null, "ho"));
        model.steps.release(1_000_000);
        assertThat(answer(taken.getLast())).isEqualTo("echo: ho");
    }

    @Test
    void aGenerationThatIsClosedStops() throws InterruptedException {
        model.steps.drainPermits();
        Generation unwanted = ask(null, "forever");
        model.steps.release(3);
        assertThat(unwanted.poll(PATIENCE)).isEqualTo(new Piece.Text("."));
        unwanted.close();
        model.steps.release(1_000_000);
        assertThat(answer(ask(null, "hi"))).isEqualTo("echo: hi");
        assertThat(model.turns.stream().filter("forever"::equals).count()).isLessThan(10);
    }

    @Test
    void oneFailureLeavesTheOthersAlone() {
        model.steps.drainPermits();
        Generation fails = ask(null, "nan");
        Generation works = ask(null, "hi");
        model.steps.release(1_000_000);
        assertThat(last(fails, new StringBuilder())).isInstanceOf(Piece.Failed.class);
        assertThat(answer(works)).isEqualTo("echo: hi");
    }
}
