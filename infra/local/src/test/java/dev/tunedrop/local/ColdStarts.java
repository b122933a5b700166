package dev.tunedrop.local;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.tunedrop.local.lambda.FunctionError;
import dev.tunedrop.local.lambda.FunctionSpec;
import dev.tunedrop.local.lambda.Sandbox;
import dev.tunedrop.local.lambda.runtime.Runtimes;

/// How long functions of the deployed package take to start, to answer for the first time, and to answer when warm,
/// each in Lambda's runtime client and against a local cloud. `snap-start` does what Lambda does before it takes a
/// snapshot, so its first answer is what is left to do after a restore; the difference of the two first answers is
/// what priming saves. Nothing is restored from a snapshot here.
///
/// `main` takes the package, and how often to start each function (5).
final class ColdStarts {

    private static final int WARM = 20;

    /// A call of each function that does what it does for every run and changes nothing.
    private static final Map<String, String> CALLS = Map.of(
            "Intake", "{\"Records\":[]}",
            "PlanChunks",
                    "{\"runId\":\"none\",\"bucket\":\"d\",\"key\":\"a/b.jsonl\",\"version\":\"v\",\"sizeBytes\":1}",
            "QuoteRoutes", "{\"runId\":\"none\"}",
            "ReserveBudget", "{\"runId\":\"none\"}",
            "SettleBudget", "{\"runId\":\"none\"}");

    private ColdStarts() {}

    /// Milliseconds of one instance's life.
    private record Life(double init, double first, double warm) {}

    public static void main(String[] args) throws Exception {
        Path zip = Path.of(args[0]);
        int times = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        Path home = Files.createTempDirectory("cold-starts");
        out.printf("package %,d bytes%n", Files.size(zip));
        out.println("| function | start | init ms | first answer ms | warm ms |\n|---|---|---|---|---|");
        CloudOptions options = ToyCloud.options(home);
        try (LocalCloud cloud = LocalCloud.start(options)) {
            Map<String, FunctionSpec> specs = Workflow.shipped().functionSpecs();
            for (String name : CALLS.keySet().stream().sorted().toList())
                for (String start : List.of("on-demand", "snap-start")) {
                    Map<String, String> environment =
                            new HashMap<>(cloud.addresses().environment());
                    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", start);
                    Runtimes runtimes = new Runtimes(zip, home.resolve("lambda"), environment);
                    List<Life> lives = new ArrayList<>();
                    FunctionSpec function = java.util.Objects.requireNonNull(specs.get(name));
                    for (int i = 0; i < times; i++) lives.add(live(runtimes, function));
                    out.printf(
                            "| %s | %s | %.0f | %.0f | %.1f |%n",
                            name,
                            start,
                            median(lives.stream().map(Life::init).toList()),
                            median(lives.stream().map(Life::first).toList()),
                            median(lives.stream().map(Life::warm).toList()));
                }
        }
    }

    private static Life live(Runtimes runtimes, FunctionSpec function) throws Exception {
        byte[] event =
                java.util.Objects.requireNonNull(CALLS.get(function.name())).getBytes(StandardCharsets.UTF_8);
        long begun = System.nanoTime();
        try (Sandbox sandbox = runtimes.open(function)) {
            long ready = System.nanoTime();
            call(sandbox, event);
            long answered = System.nanoTime();
            List<Double> warm = new ArrayList<>();
            for (int i = 0; i < WARM; i++) {
                long sent = System.nanoTime();
                call(sandbox, event);
                warm.add((System.nanoTime() - sent) / 1e6);
            }
            return new Life((ready - begun) / 1e6, (answered - ready) / 1e6, median(warm));
        }
    }

    /// A run that is not there is an answer too.
    private static void call(Sandbox sandbox, byte[] event) throws InterruptedException {
        try {
            if (sandbox.invoke(event).length == 0) throw new IllegalStateException("an empty answer");
        } catch (FunctionError error) {
            if (!sandbox.usable()) throw new IllegalStateException("the function ended: " + error.getMessage(), error);
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
