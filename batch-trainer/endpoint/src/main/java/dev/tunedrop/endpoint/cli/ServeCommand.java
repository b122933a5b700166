package dev.tunedrop.endpoint.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.endpoint.http.HttpOptions;
import dev.tunedrop.endpoint.profile.PromptCounts;
import dev.tunedrop.trainer.model.BaseOptions;

/// `serve`: a base and its adapters behind HTTP, until the process is told to end.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serve a base model and any number of adapters over HTTP.",
        footer = {
            "",
            "GET /ping, /v1/models, /adapters; POST /v1/chat/completions, /invocations;",
            "a base that is an encoder: POST /v1/classify {\"model\": NAME, \"text\": …}, or /invocations;",
            "POST /adapters {\"name\": …, \"src\": DIR} and DELETE /adapters/NAME while it runs.",
            "Ctrl-C or SIGTERM lets the requests in flight finish."
        })
public final class ServeCommand implements Callable<Integer> {

    enum Precision {
        fp32(DataType.FLOAT32),
        bf16(DataType.BFLOAT16);

        private final DataType type;

        Precision(DataType type) {
            this.type = type;
        }
    }

    enum Quantisation {
        nf4,
        none
    }

    @Option(names = "--base", required = true, paramLabel = "DIR", description = "Base model in Hugging Face layout.")
    private Path base = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name under which the base answers (default: its directory's).")
    private @Nullable String name;

    @Option(
            names = "--adapter",
            paramLabel = "NAME=DIR",
            description = "Adapter in PEFT layout and the name under which it answers; may be given again.")
    private Map<String, Path> adapters = new LinkedHashMap<>();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Where to listen; there is no password, so think before naming another (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--compute",
            paramLabel = "PRECISION",
            defaultValue = "fp32",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Precision compute = Precision.fp32;

    @Option(
            names = "--quantise",
            paramLabel = "HOW",
            defaultValue = "none",
            description = "How the base is held: one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Quantisation quantise = Quantisation.none;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            defaultValue = "8",
            description = "Requests that take turns on the model (default: ${DEFAULT-VALUE}).")
    private int atOnce;

    @Option(
            names = "--waiting",
            paramLabel = "N",
            defaultValue = "64",
            description =
                    "Requests that may wait for their first turn; more are refused with 429 (default: ${DEFAULT-VALUE}).")
    private int waiting;

    private final PrintStream screen = System.out;

    @Override
    public Integer call() throws InterruptedException {
        // a client has a minute to send its headers and body; only this process's servers are meant
        if (System.getProperty("sun.net.httpserver.maxReqTime") == null)
            System.setProperty("sun.net.httpserver.maxReqTime", "60");
        RunningEndpoint running = start();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("tunedrop-shutdown").unstarted(() -> {
                    running.close();
                    ended.countDown();
                }));
        screen.printf("Serving %s at %s%n", running.names(), running.address());
        ended.await();
        return 0;
    }

    /// Loads and listens.
    ///
    /// @throws dev.tunedrop.events.UserMistake where base, adapter or address cannot be had
    RunningEndpoint start() {
        return RunningEndpoint.start(
                base,
                name,
                adapters,
                BaseOptions.of(compute.type, quantise == Quantisation.nf4),
                HttpOptions.loopback(port).on(host),
                atOnce,
                waiting,
                PromptCounts.asConfigured());
    }
}
