package dev.tunedrop.local.console;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;

/// Documents as a run of the sample dataset writes them.
final class ExampleDocuments {

    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private ExampleDocuments() {}

    static DatasetReport accepted() {
        return new DatasetReport(
                DatasetReport.Verdict.ACCEPTED,
                "openai-chat",
                null,
                131_204,
                400,
                0,
                "cd".repeat(32),
                Map.of(),
                List.of(),
                new DatasetReport.Signal(
                        357,
                        40,
                        29_910,
                        11_580,
                        143,
                        0,
                        0,
                        3,
                        true,
                        "ef".repeat(32),
                        "12".repeat(32),
                        new TreeMap<>(Map.of(32, 4L, 64, 131L, 128, 259L, 256, 6L)),
                        15,
                        0.97,
                        List.of()),
                List.of(),
                new PrivateData(RunSettings.Privacy.INTERNAL, List.of()));
    }

    static Quote quote(String runId) {
        return new Quote(
                runId,
                NOON,
                LocalDate.parse("2026-11-15"),
                false,
                List.of(
                        route("local/cpu", "none", "0", "0", "0", 80, 140, 260, "0.9", "23", null),
                        route(
                                "batch/g6.xlarge/spot",
                                "g6.xlarge",
                                "0.08",
                                "0.11",
                                "0.21",
                                540,
                                700,
                                1100,
                                "1.4",
                                "24",
                                null),
                        route(
                                "batch/g6e.xlarge/on-demand",
                                "g6e.xlarge",
                                "0.21",
                                "0.26",
                                "0.38",
                                400,
                                500,
                                730,
                                "1.4",
                                "48",
                                null),
                        route(
                                "batch/p5.48xlarge/on-demand",
                                "p5.48xlarge",
                                "6.90",
                                "8.40",
                                "11.20",
                                390,
                                470,
                                640,
                                "1.4",
                                "80",
                                null),
                        route(
                                "bedrock/llama-3.1-8b",
                                "-",
                                null,
                                null,
                                null,
                                0,
                                0,
                                0,
                                null,
                                null,
                                "The base tunedrop-tiny is not one that Bedrock customises.")),
                null,
                null);
    }

    private static Quote.RouteQuote route(
            String name,
            String instance,
            @Nullable String low,
            @Nullable String expected,
            @Nullable String high,
            int lowS,
            int expectedS,
            int highS,
            @Nullable String memory,
            @Nullable String device,
            @Nullable String refusal) {
        return new Quote.RouteQuote(
                name,
                name.substring(0, name.indexOf('/')),
                "qlora",
                instance,
                name.endsWith("spot"),
                refusal == null ? List.of() : List.of(refusal),
                low != null && expected != null && high != null ? new Range(usd(low), usd(expected), usd(high)) : null,
                low != null
                        ? new Range(BigDecimal.valueOf(lowS), BigDecimal.valueOf(expectedS), BigDecimal.valueOf(highS))
                        : null,
                low != null ? usd(name.startsWith("local") ? "0" : "588.40") : null,
                memory == null ? null : usd(memory),
                device == null ? null : usd(device),
                name.endsWith("spot") ? "Spot prices of the last 30 days, and one interruption at most." : null,
                null,
                null,
                null);
    }

    static Decision decision(String runId) {
        return new Decision(
                runId,
                "local/cpu",
                List.of(
                        "Fits: 0.9 of 23 GiB.",
                        "The cheapest of four possible routes: $0.00 expected, against $0.11 for batch/g6.xlarge/spot."),
                List.of(
                        new Decision.NotTaken("batch/g6.xlarge/spot", "costs $0.11 more than the route taken"),
                        new Decision.NotTaken(
                                "bedrock/llama-3.1-8b", "The base tunedrop-tiny is not one that Bedrock customises.")),
                usd("0"),
                false,
                null);
    }

    static List<WorkflowStep> steps(Instant start, @Nullable String running) {
        String[] names = {
            "PlanChunks",
            "PrepareChunks",
            "AssembleDataset",
            "QuoteRoutes",
            "ChooseRoute",
            "ReserveBudget",
            "TrainOnBatch",
            "EvaluateAdapter",
            "PublishAdapter",
            "SettleBudget",
            "Announce"
        };
        double[] seconds = {0.4, 1.9, 0.7, 0.2, 0.1, 0.1, 121, 0.2, 38.4, 0.1, 0.1};
        List<WorkflowStep> steps = new ArrayList<>();
        Instant at = start;
        for (int i = 0; i < names.length; i++) {
            boolean now = names[i].equals(running);
            Instant end = at.plusMillis(Math.round(seconds[i] * 1000));
            steps.add(new WorkflowStep(
                    names[i],
                    now ? WorkflowStep.Status.RUNNING : WorkflowStep.Status.DONE,
                    at,
                    now ? null : end,
                    i == 8 ? 4 : 1,
                    null));
            if (now) break;
            at = end;
        }
        return steps;
    }

    static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }
}
