package dev.tunedrop.local.cli;

import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.local.Addresses;
import dev.tunedrop.local.console.ConsoleServer;
import dev.tunedrop.local.finetuning.FineTuningApi;
import dev.tunedrop.local.finetuning.aws.SdkCloudDoor;

/// `tunedrop serve-finetuning`.
@Command(
        name = "serve-finetuning",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serve OpenAI's fine-tuning API in front of the local cloud, which is started unless it runs.",
        footerHeading = "%n",
        footer = {
            "A client of OpenAI's fine-tunes here once its base URL is the address that is printed. Any API key is",
            "taken unless TUNEDROP_API_KEY is set. Webhooks are signed with TUNEDROP_WEBHOOK_SECRET (whsec_...).",
            "Example: OPENAI_BASE_URL=http://127.0.0.1:7702/v1 OPENAI_API_KEY=any python my_fine_tuning.py"
        })
final class ServeFinetuningCommand implements Callable<Integer> {

    private static final String KEY = "TUNEDROP_API_KEY";
    private static final String SECRET = "TUNEDROP_WEBHOOK_SECRET";

    private final Clouds clouds;
    private final Home home;
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where to listen (${DEFAULT-VALUE}). Another than this machine's own needs TUNEDROP_API_KEY.")
    @SuppressWarnings("NullAway.Init")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "7702",
            description = "0 takes a free one (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--webhook", paramLabel = "URL", description = "Is told how each job ended.")
    private @Nullable URI webhook;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "" + ConsoleServer.DEFAULT_PORT,
            description = "Where the console page answers when the cloud is started here (${DEFAULT-VALUE}).")
    private int consolePort;

    /// @param environment the process's, for keys that stand in no command line
    ServeFinetuningCommand(Clouds clouds, Home home, Map<String, String> environment) {
        this.clouds = clouds;
        this.home = home;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() throws InterruptedException {
        Screen screen = Screen.of(spec.commandLine().getOut());
        FineTuningApi.Options options = options();
        RunningCloud cloud = clouds.find().orElseGet(() -> clouds.start(consolePort, false));
        try (Stopping stopping = Stopping.onCtrlC(served(cloud, options, screen), screen)) {
            stopping.await();
        }
        return 0;
    }

    private FineTuningApi.Options options() {
        String key = environment.get(KEY);
        String secret = environment.get(SECRET);
        if (webhook != null
                && (webhook.getHost() == null
                        || !String.valueOf(webhook.getScheme()).matches("https?")))
            throw new UserMistake("--webhook must be an http or https address, such as https://example.org/hook.");
        if (webhook != null && secret == null)
            throw new UserMistake("--webhook needs a secret to sign with. Set " + SECRET + " to whsec_ and Base64.");
        return new FineTuningApi.Options(host, port, key == null || key.isBlank() ? null : key, webhook, secret);
    }

    /// The same cloud, which stops the API first.
    private RunningCloud served(RunningCloud cloud, FineTuningApi.Options options, Screen screen) {
        boolean up = false;
        try {
            SdkCloudDoor door = new SdkCloudDoor(Addresses.find(home.state()).orElseThrow());
            FineTuningApi api = FineTuningApi.start(
                    home.state().resolve("finetuning"), cloud.cloud(), cloud.views(), door, options, Clock.systemUTC());
            up = true;
            screen.line("The fine-tuning API answers. Base URL: " + api.address());
            if (cloud.console() != null) screen.line("Console: " + cloud.console());
            screen.line("Ctrl-C stops it; jobs in hand go on when it is started again.");
            return new RunningCloud(cloud.cloud(), cloud.services(), cloud.views(), cloud.console(), () -> {
                api.close();
                door.close();
                cloud.close();
            });
        } finally {
            if (!up) cloud.close();
        }
    }
}
