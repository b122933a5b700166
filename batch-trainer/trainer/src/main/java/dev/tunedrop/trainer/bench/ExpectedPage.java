package dev.tunedrop.trainer.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.model.PassForecast;
import dev.tunedrop.trainer.weights.ModelConfig;

/// What is expected of one H200, as the tables of `benchmarks/README.md`, which a test compares: printed by
/// `dev.tunedrop.trainer.bench.ExpectedPage`.
public final class ExpectedPage {

    private static final double GIB = 1L << 30;
    private static final double CARD = 139 * GIB;

    /// LibTorch's large products, and cuDNN's attention as its makers report it for Hopper.
    private static final ExpectedTime.Rates CUDNN = new ExpectedTime.Rates(720e12, 560e12, 460e12);

    /// The same with LibTorch's flash kernel, of the second version.
    private static final ExpectedTime.Rates FLASH = new ExpectedTime.Rates(720e12, 370e12, 290e12);

    /// Products as quick as the largest measured.
    private static final ExpectedTime.Rates BEST = new ExpectedTime.Rates(Limit.H200, 560e12, 460e12);

    private ExpectedPage() {}

    private record Row(String what, String shape, Workload.Batch batch, String mark) {}

    private static final List<Row> ROWS = List.of(
            row("8B, inputs kept", "llama-3.1-8b", 4096, Keep.INPUT, "12,900"),
            row("8B, attention kept", "llama-3.1-8b", 4096, Keep.ATTENTION, "12,900"),
            row("8B, attention kept, two rows", "llama-3.1-8b", 8192, Keep.ATTENTION, "12,900"),
            row("8B, all kept", "llama-3.1-8b", 4096, Keep.ALL, "18,300"),
            row("8B, all kept, two rows", "llama-3.1-8b", 8192, Keep.ALL, "18,300"),
            row("70B, inputs kept, two rows", "llama-3.1-70b", 8192, Keep.INPUT, "1,570"),
            row("70B, attention kept, two rows", "llama-3.1-70b", 8192, Keep.ATTENTION, "1,570"),
            row("70B, what a run chooses, two rows", "llama-3.1-70b", 8192, null, "1,570"));

    private static Row row(String what, String shape, int tokens, @Nullable Keep keep, String mark) {
        return new Row(what, shape, new Workload.Batch(tokens, 4096, keep), mark);
    }

    public static void main(String[] args) {
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8).print(text());
    }

    static String text() {
        return parts() + "\n" + speeds();
    }

    /// Milliseconds of the parts of a pass of 4,096 tokens of the 8B model.
    private static String parts() {
        Map<String, List<Double>> table = new LinkedHashMap<>();
        double[] sums = new double[3];
        int column = 0;
        for (Keep keep : List.of(Keep.INPUT, Keep.ATTENTION, Keep.ALL)) {
            Workload.Batch batch = new Workload.Batch(4096, 4096, keep);
            Map<String, Double> parts =
                    time(Workload.shape("llama-3.1-8b"), batch).parts(CUDNN);
            for (Map.Entry<String, Double> part : parts.entrySet()) {
                table.computeIfAbsent(part.getKey(), name -> new ArrayList<>()).add(part.getValue());
                sums[column] += part.getValue();
            }
            column++;
        }
        StringBuilder text = new StringBuilder("| ms | inputs kept | attention kept | all kept |\n|---|---|---|---|\n");
        Formatter lines = new Formatter(text, Locale.ROOT);
        table.forEach((what, seconds) -> lines.format(
                "| %s | %.1f | %.1f | %.1f |\n", what, ms(seconds.get(0)), ms(seconds.get(1)), ms(seconds.get(2))));
        lines.format("| sum | %.0f | %.0f | %.0f |\n", ms(sums[0]), ms(sums[1]), ms(sums[2]));
        return text.toString();
    }

    private static String speeds() {
        StringBuilder text = new StringBuilder("""
                | | layers keep | GiB | expected tokens/s | with the flash kernel | products at 790 TFLOP/s | mark |
                |---|---|---|---|---|---|---|
                """);
        Formatter lines = new Formatter(text, Locale.ROOT);
        for (Row row : ROWS) {
            ModelConfig model = Workload.shape(row.shape);
            PassForecast forecast = forecast(model, row.batch.keep());
            ExpectedTime time = new ExpectedTime(model, row.batch, forecast.layers(row.batch.tokens()));
            lines.format(
                    "| %s | %s | %.1f | %,.0f | %,.0f | %,.0f | %s |\n",
                    row.what,
                    Speed.kept(forecast.layers(row.batch.tokens())),
                    (rest(model) + forecast.bytes(row.batch.tokens())) / GIB,
                    time.tokensPerSecond(CUDNN),
                    time.tokensPerSecond(FLASH),
                    time.tokensPerSecond(BEST),
                    row.mark);
        }
        return text.toString();
    }

    private static ExpectedTime time(ModelConfig model, Workload.Batch batch) {
        return new ExpectedTime(model, batch, forecast(model, batch.keep()).layers(batch.tokens()));
    }

    private static PassForecast forecast(ModelConfig model, @Nullable Keep keep) {
        BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true);
        long trained = (long) Limit.adapterWeights(model, Workload.RANK);
        long free = (long) (CARD - rest(model));
        return PassForecast.onGpu(model, keep == null ? options : options.withKeep(keep), free, trained);
    }

    /// Bytes at rest, the embedding on the device.
    private static double rest(ModelConfig model) {
        return ExpectedMemory.of(model, Workload.RANK, 1).rest() + 2.0 * model.vocabulary() * model.hidden();
    }

    private static double ms(double seconds) {
        return seconds * 1e3;
    }
}
