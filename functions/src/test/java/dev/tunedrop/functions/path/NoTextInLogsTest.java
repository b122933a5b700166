package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.amazonaws.services.lambda.runtime.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.ChunkPlan.ByteRange;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.managed.Services;
import dev.tunedrop.functions.outcome.RecordFailureHandler;
import dev.tunedrop.functions.prepare.AssembleDatasetHandler;
import dev.tunedrop.functions.prepare.PlanChunksHandler;
import dev.tunedrop.functions.prepare.PrepareChunksHandler;
import dev.tunedrop.functions.provider.StandIn;
import dev.tunedrop.functions.quote.QuoteRoutesHandler;
import dev.tunedrop.functions.quote.QuoteRules;
import dev.tunedrop.functions.route.ChooseRouteHandler;

/// Files in which a mark stands wherever a row can say something go their way, every log line is kept down to the
/// finest, and the mark must be in none, nor in anything else that leaves the functions but for the run's own
/// documents.
class NoTextInLogsTest {

    private static final String MARK = "zqMARKzq";

    private final ListAppender<ILoggingEvent> kept = new ListAppender<>();
    private final List<String> answers = new ArrayList<>();
    private Level before = Level.INFO;
    private TestCloud test;

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @BeforeEach
    void listen() throws IOException {
        test = new TestCloud();
        before = root().getLevel();
        root().setLevel(Level.TRACE);
        kept.start();
        root().addAppender(kept);
    }

    @AfterEach
    void stop() {
        root().detachAppender(kept);
        root().setLevel(before);
    }

    private static String chat(String user, String assistant) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}\n"
                .formatted(user, assistant);
    }

    private static String marked(int rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows; i++) text.append(chat("ask " + i + " " + MARK, "say " + i + " " + MARK));
        return text.toString();
    }

    /// Files, good and bad in many ways.
    static Stream<String> files() {
        String good = marked(20);
        return Stream.of(
                good,
                good + good,
                good + "{\"messages\":[{\"role\":\"user\",\"content\":\"" + MARK + "\n",
                good + MARK + "\n",
                good + "{\"messages\":\"" + MARK + "\"}\n",
                good + "{\"" + MARK + "\":1}\n",
                good + "{\"messages\":[{\"role\":\"" + MARK + "\",\"content\":\"x\"}]}\n",
                good + chat(MARK, ""),
                good + chat("mail me at " + MARK + "@example.com", "4111 1111 1111 1111 " + MARK),
                good + chat(MARK.repeat(3000), MARK.repeat(3000)),
                good
                        + "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\""
                        + MARK + "\",\"arguments\":\"{" + MARK + "\"}}]}]}\n",
                "{\"prompt\":\"" + MARK + "\",\"completion\":7}\n",
                "[{\"instruction\":\"" + MARK + "\"," + MARK + "]");
    }

    private <I, O> boolean call(JsonHandler<I, O> handler, I input, List<Throwable> thrown) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        Context context = (Context) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> "request-1");
        try {
            handler.handleRequest(new ByteArrayInputStream(Json.bytes(input)), answer, context);
            answers.add(answer.toString(java.nio.charset.StandardCharsets.UTF_8));
            return true;
        } catch (IOException | RuntimeException e) {
            thrown.add(e);
            return false;
        }
    }

    private void goesItsWay(Step.Drop drop) {
        List<Throwable> thrown = new ArrayList<>();
        Step.Run run = new Step.Run(drop.runId());
        boolean well = call(new PlanChunksHandler(test.cloud), drop, thrown);
        if (well)
            for (ByteRange range :
                    Json.read(answers.getLast(), Step.Planned.class, "plan").chunks())
                well &= call(
                        new PrepareChunksHandler(test.cloud),
                        new Step.Chunk(drop.runId(), range.index(), range.start(), range.end()),
                        thrown);
        well = well && call(new AssembleDatasetHandler(test.cloud), run, thrown);
        if (well && answers.getLast().contains("ACCEPTED")) {
            call(
                    new QuoteRoutesHandler(test.cloud, new QuoteRules.Machine(2, 16), Map.of(), TestCloud.CLOCK),
                    run,
                    thrown);
            call(
                    new ChooseRouteHandler(new Services(test.cloud, StandIn.named("openai")), null),
                    new Step.Choice(drop.runId(), null),
                    thrown);
        } else {
            String reason = well
                    ? Json.read(answers.getLast(), Step.Assembled.class, "answer")
                            .reason()
                    : String.valueOf(thrown.getFirst().getMessage());
            call(
                    new RecordFailureHandler(test.cloud, TestCloud.CLOCK),
                    new Step.Failed(drop.runId(), "AssembleDataset", "Tunedrop.DatasetRejected", reason),
                    thrown);
        }
        thrown.forEach(each -> answers.add(each.toString()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void noLineOfTheLogHoldsWhatARowSays(String file) {
        Step.Drop drop = test.drop("support/marked.jsonl", file, TestCloud.SETTINGS);
        goesItsWay(drop);
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithFormattedMessage(true);
        encoder.start();
        assertThat(kept.list)
                .isNotEmpty()
                .allSatisfy(
                        event -> assertThat(new String(encoder.encode(event), java.nio.charset.StandardCharsets.UTF_8))
                                .doesNotContain(MARK));
        assertThat(answers).isNotEmpty().allSatisfy(answer -> assertThat(answer).doesNotContain(MARK));
        assertThat(test.metrics.lines()).isNotEmpty().noneMatch(line -> line.contains(MARK));
        assertThat(test.bus.events().toString()).doesNotContain(MARK);
        assertThat(String.valueOf(test.ledger.find(drop.runId()).orElseThrow().reason()))
                .doesNotContain(MARK);
    }

    @Test
    void everyLineOfAStepNamesItsRunAndItsRequest() {
        Step.Drop drop = test.drop("support/marked.jsonl", marked(20), TestCloud.SETTINGS);
        goesItsWay(drop);
        assertThat(kept.list)
                .filteredOn(event -> event.getLoggerName().startsWith("dev.tunedrop"))
                .hasSizeGreaterThan(4)
                .allSatisfy(event -> assertThat(event.getMDCPropertyMap())
                        .containsEntry("runId", drop.runId())
                        .containsEntry("requestId", "request-1"));
    }
}
