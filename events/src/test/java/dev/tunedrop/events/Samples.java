package dev.tunedrop.events;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.tunedrop.events.run.Accuracy;
import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.ManagedProgress;
import dev.tunedrop.events.run.ManagedResult;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TargetVerdict;
import dev.tunedrop.events.run.TrainingResult;

/// One instance of every contract, with no field left out, so that golden files show all of them.
final class Samples {

    private static final Instant AT = Instant.parse("2026-11-21T10:15:30Z");
    private static final String SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final DropRef DROP = new DropRef("acme-drops", "support/triage.jsonl", "3HL4kqtJ", 204_800);
    private static final String RUN = DROP.runId();

    private Samples() {}

    static List<Record> all() {
        return List.of(
                DROP,
                SettingsFile.defaults(),
                new ChunkPlan(
                        DROP,
                        List.of(new ChunkPlan.ByteRange(0, 0, 1_638_400)),
                        new ChunkPlan.Unpacked("runs/x/unpacked", "etag:0f", 1_638_400),
                        ChunkPlan.Framing.LINES),
                report(),
                new Manifest(RUN, "tunedrop-tiny", SHA, SHA, SHA, shard("train"), shard("validation")),
                new Quote(
                        RUN,
                        AT,
                        LocalDate.parse("2026-11-21"),
                        false,
                        List.of(route()),
                        List.of("an assumption"),
                        tradeOffs()),
                new Decision(
                        RUN,
                        "batch/g6e.xlarge/spot",
                        List.of("cheapest of 9 possible routes"),
                        List.of(new Decision.NotTaken("batch/g5.xlarge/spot", "needs 30 GiB, has 24 GiB")),
                        new BigDecimal("1.90"),
                        false,
                        tradeOffs()),
                new StepMetrics(
                        12,
                        150,
                        0.24,
                        1.25,
                        0.0002,
                        0.75,
                        98_304,
                        40_960,
                        3_100.5,
                        31.7,
                        365.0,
                        1_073_741_824,
                        new Rewards(0.5, -0.25, 0.75, 0.875),
                        1.5),
                new TrainingResult(
                        RUN,
                        TrainingResult.Outcome.STOPPED_AT_WALL,
                        150,
                        0.5,
                        1_228_800,
                        512_000,
                        396.4,
                        1_073_741_824,
                        "NVIDIA L40S",
                        "2.7.1",
                        SHA,
                        "exact",
                        1,
                        120,
                        "after 1.90 USD at 0.75 USD an hour"),
                new HeldOutLosses(
                        5_120, 2.5, 0.75, 0.8, new Rewards(0.5, -0.25, 0.75, 0.875), new Accuracy(5, 0.875, 0.75)),
                new ManagedProgress(
                        RUN,
                        "openai",
                        "ftjob-9f86d081",
                        "running",
                        30L,
                        120L,
                        0.75,
                        Instant.parse("2026-11-21T10:00:00Z")),
                new ManagedResult(
                        RUN,
                        "openai",
                        "gpt-4.1-mini-2025-04-14",
                        "ftjob-9f86d081",
                        "ft:gpt-4.1-mini-2025-04-14:acme:td-9f86d081:Abc",
                        122_880L,
                        new BigDecimal("0.6144"),
                        "billable tokens at the quoted price",
                        0.75,
                        1_800.5),
                new Evaluation(RUN, 5_120, 2.5, 0.75, 0.8, true, "held-out loss fell from 2.500 to 0.750"),
                new Publication(
                        RUN,
                        "support",
                        "support-9f86d081",
                        "support-1b2b0b82",
                        "s3://acme-artefacts/runs/x/adapter/",
                        SHA,
                        List.of(new Publication.Sample(
                                "Where is my parcel?", "team: shipping", "Hello!", "team: shipping"))),
                new Settlement(
                        RUN,
                        "batch/g6e.xlarge/spot",
                        new BigDecimal("1.90"),
                        new BigDecimal("0.95"),
                        new BigDecimal("0.91"),
                        410,
                        396.4,
                        "batch/L40S/8B/qlora"),
                new Failure(
                        RUN,
                        "TrainOnBatch",
                        "gradient-not-finite",
                        "The gradient of step 31 is not finite.",
                        "Lower learningRate."),
                new TunedropEvent.RunStarted(AT, RUN, "support", "acme-drops", "support/triage.jsonl"),
                new TunedropEvent.RunQuoted(AT, RUN, "support", new BigDecimal("0.95")),
                new TunedropEvent.RunRejected(AT, RUN, "support", "3 rows cannot be trained on", "runs/x/report.html"),
                new TunedropEvent.RunFailed(AT, RUN, "support", "TrainOnBatch", "gradient-not-finite"),
                new TunedropEvent.RunSuperseded(AT, RUN, "support", RUN),
                new TunedropEvent.AdapterPublished(AT, RUN, "support", "support", "support-9f86d081", SHA),
                new TunedropEvent.RetrainRequested(
                        AT,
                        "support",
                        TunedropEvent.RetrainRequested.Cause.DRIFT,
                        "prompts are longer than those of the rows",
                        "drift support 2026-11-21",
                        "llama-3.1-8b",
                        "support/triage.jsonl",
                        "3HL4kqtJ",
                        "promptLengths",
                        0.375),
                new Retrain(
                        "drift support 2026-11-21",
                        TunedropEvent.RetrainRequested.Cause.DRIFT,
                        "prompts are longer than those of the rows",
                        "llama-3.1-8b",
                        AT),
                new PromptProfile(
                        3,
                        Map.of(16, 1L, 64, 2L),
                        List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L)));
    }

    private static DatasetReport report() {
        return new DatasetReport(
                DatasetReport.Verdict.REJECTED,
                "openai-chat",
                List.of(new DatasetReport.FormatSeen("openai-chat", 419, 1, Map.of("messages", 419L))),
                204_800,
                420,
                1,
                SHA,
                Map.of("json-duplicate-key", 1L),
                List.of(new Finding(
                        "json-duplicate-key",
                        Finding.Severity.ERROR,
                        17,
                        42,
                        "messages[0].role",
                        "The key is given twice.",
                        "Keep one of the two.")),
                new DatasetReport.Signal(
                        378,
                        42,
                        40_960,
                        12_288,
                        212,
                        0,
                        0,
                        2,
                        true,
                        SHA,
                        SHA,
                        new TreeMap<>(Map.of(128, 300L, 256, 120L)),
                        20,
                        0.9375,
                        List.of(new DatasetReport.RowShape(7, List.of(40, 12)))),
                List.of(new TargetVerdict(
                        "bedrock-nova",
                        "Amazon Bedrock, Nova",
                        TargetVerdict.Answer.CONVERT,
                        List.of(new TargetVerdict.Reason(
                                "system-hoisted",
                                TargetVerdict.Effect.CONVERT,
                                "system messages stand among the messages",
                                "They are moved to system.",
                                420,
                                List.of(1L, 2L),
                                "https://docs.aws.amazon.com/bedrock/",
                                LocalDate.parse("2026-11-21"))))),
                new PrivateData(
                        RunSettings.Privacy.PRIVATE, List.of(new PrivateData.Kind("email", 3, List.of(4L, 9L)))));
    }

    private static Manifest.Shard shard(String name) {
        return new Manifest.Shard("runs/x/dataset/" + name + ".safetensors", SHA, 4_096, 378, 40_960, 12_288);
    }

    private static Quote.RouteQuote route() {
        return new Quote.RouteQuote(
                "batch/g6e.xlarge/spot",
                "tunedrop-trainer",
                "QLORA",
                "g6e.xlarge",
                true,
                List.of("needs approval"),
                new Range(new BigDecimal("0.70"), new BigDecimal("0.95"), new BigDecimal("1.90")),
                new Range(new BigDecimal("300"), new BigDecimal("410"), new BigDecimal("820")),
                new BigDecimal("1358.50"),
                new BigDecimal("7.4"),
                new BigDecimal("48"),
                "spot interruptions and the share of peak speed reached",
                new Quote.Terms(
                        "llama-3.1-8b",
                        true,
                        "tunedrop",
                        List.of("us-east-1"),
                        "Llama 3.1 Community License",
                        true,
                        LocalDate.parse("2028-01-01"),
                        List.of("a risk"),
                        "a price list",
                        LocalDate.parse("2026-11-21"),
                        "batch/L40S/8B/qlora",
                        new BigDecimal("5.00"),
                        new BigDecimal("0.50")),
                1_000_000L,
                new Quote.PastRuns(3, new BigDecimal("1.25"), new BigDecimal("1.25"), new BigDecimal("20.0")));
    }

    private static Map<String, Quote.TradeOffs> tradeOffs() {
        return new TreeMap<>(Map.of("batch", new Quote.TradeOffs("a", "b", "c", "d", "e", "f", "g", "h")));
    }
}
