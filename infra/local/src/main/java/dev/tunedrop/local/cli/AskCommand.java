package dev.tunedrop.local.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.Providers;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.publish.Names;

/// `tunedrop ask ENDPOINT "…"`.
@Command(
        name = "ask",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Ask the adapter that is live behind an endpoint, or the model that a service keeps for it.",
        footerHeading = "%n",
        footer = "Example: tunedrop ask support \"Where is my parcel?\" --base")
final class AskCommand implements Callable<Integer> {

    private final Clouds clouds;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "ENDPOINT",
            description = "The endpoint's name: the dataset's, unless settings said another.")
    @SuppressWarnings("NullAway.Init")
    private String endpoint;

    @Parameters(index = "1", paramLabel = "QUESTION", description = "What to ask.")
    @SuppressWarnings("NullAway.Init")
    private String question;

    @Option(names = "--base", description = "Ask the base model too, for comparison.")
    private boolean base;

    @Option(names = "--system", paramLabel = "TEXT", description = "A system message before the question.")
    private @Nullable String system;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "Longest answer (${DEFAULT-VALUE}).")
    private int maxTokens;

    AskCommand(Clouds clouds) {
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        if (question.isBlank())
            throw new UserMistake("the question is empty. Put it in quotes after the endpoint's name.");
        if (maxTokens < 1)
            throw new UserMistake("--max-tokens must be at least 1, was " + maxTokens + ". Leave it out for 128.");
        Screen screen = Screen.of(spec.commandLine().getOut());
        try (RunningCloud running = clouds.connect()) {
            Alias live = live(running.cloud(), endpoint);
            if (Names.managed(live.component()))
                screen.line(managed(running.services().get(), live));
            else if (!base) screen.line(answer(running.cloud(), endpoint, messages(), maxTokens));
            else {
                screen.line(
                        "base     " + RunStory.indented(baseAnswer(running.cloud(), endpoint, messages(), maxTokens)));
                screen.line("adapter  " + RunStory.indented(answer(running.cloud(), endpoint, messages(), maxTokens)));
            }
            return 0;
        }
    }

    private List<Map<String, String>> messages() {
        List<Map<String, String>> messages = new ArrayList<>();
        if (system != null) messages.add(Map.of("role", "system", "content", system));
        messages.add(Map.of("role", "user", "content", question));
        return messages;
    }

    static String answer(Cloud cloud, String endpoint, List<Map<String, String>> messages, int maxTokens) {
        return cloud.endpoints().ask(endpoint, live(cloud, endpoint).component(), messages, maxTokens);
    }

    static String baseAnswer(Cloud cloud, String endpoint, List<Map<String, String>> messages, int maxTokens) {
        live(cloud, endpoint);
        return cloud.endpoints().ask(endpoint, cloud.endpoints().baseComponent(endpoint), messages, maxTokens);
    }

    /// What a service's model says.
    private String managed(Providers services, Alias live) {
        String id = Names.provider(live.component());
        String model = Names.askedAs(live.adapterUri());
        if (base)
            throw new UserMistake(
                    "the model behind \"%s\" is kept by %s, and its base is not served here. Leave out --base."
                            .formatted(endpoint, id));
        Provider service = services.find(id)
                .orElseThrow(
                        () -> new UserMistake("%s, which keeps the model behind \"%s\", cannot be asked from here: %s."
                                .formatted(id, endpoint, services.lacking(id).orElse("it is not set up"))));
        try {
            return service.ask(model, messages(), maxTokens);
        } catch (SaysNo no) {
            throw new UserMistake(no.reason() + ".", no);
        } catch (TransientFailure later) {
            throw new UserMistake(later.getMessage() + ". Ask again later.", later);
        }
    }

    private static Alias live(Cloud cloud, String endpoint) {
        return cloud.ledger()
                .alias(endpoint)
                .orElseThrow(() -> new UserMistake("nothing is published behind an endpoint named \"" + endpoint
                        + "\". tunedrop runs lists what was published; tunedrop drop publishes."));
    }
}
