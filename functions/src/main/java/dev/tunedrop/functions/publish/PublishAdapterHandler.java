package dev.tunedrop.functions.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Endpoints.Progress;
import dev.tunedrop.functions.cloud.Ledger.Alias;

/// Puts the adapter behind its endpoint under a name of its own, asks the golden prompts, then moves the alias. Goes
/// as far as the endpoint allows within one call and answers WAITING; a further call goes on from there.
public final class PublishAdapterHandler extends JsonHandler<Step.Run, Step.Published> {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ANSWER_TOKENS = 128;
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final List<String> ADAPTER_FILES = List.of("adapter_config.json", WEIGHTS);

    /// Beside a classifier's adapter: its labels.
    private static final String LABELS = "config.json";

    private final Cloud cloud;
    private final Clock clock;
    private final Duration patience;

    public PublishAdapterHandler() {
        this(Wiring.cloud(), Clock.systemUTC(), PATIENCE);
    }

    /// @param patience how long one call waits for the endpoint
    public PublishAdapterHandler(Cloud cloud, Clock clock, Duration patience) {
        super(Step.Run.class);
        this.cloud = cloud;
        this.clock = clock;
        this.patience = patience;
    }

    @Override
    public Step.Published handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        DropRef drop = cloud.artefacts().json(files.drop(), DropRef.class);
        TrainingResult result = cloud.artefacts().json(files.trainingResult(), TrainingResult.class);
        String endpoint = Names.endpoint(drop, settings);
        Optional<Alias> live = cloud.ledger().alias(endpoint);
        if (live.filter(alias -> alias.runId().equals(input.runId())).isPresent())
            return new Step.Published(Step.PublishStatus.PUBLISHED, "");
        try {
            return publish(files, settings, result, endpoint, clock.instant().plus(patience));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "[run %s, endpoint %s] %s".formatted(input.runId(), endpoint, e.getMessage()), e);
        }
    }

    private Step.Published publish(
            RunFiles files, RunSettings settings, TrainingResult result, String endpoint, Instant until)
            throws IOException {
        String baseUri = cloud.bases().address(settings.base() + "/");
        String component = Names.component(files.runId());
        String uri = cloud.artefacts().address(archiveKey(files));
        String waiting = await(until, () -> cloud.endpoints().ensureEndpoint(endpoint, settings.base(), baseUri));
        if (waiting != null) return new Step.Published(Step.PublishStatus.WAITING, waiting);
        if (cloud.artefacts().head(archiveKey(files)).isEmpty()) archive(files, result);
        waiting = await(until, () -> cloud.endpoints().ensureAdapter(endpoint, settings.base(), component, uri));
        if (waiting != null) return new Step.Published(Step.PublishStatus.WAITING, waiting);
        List<Publication.Sample> samples = samples(files, endpoint, component);
        new AliasMove(cloud, clock)
                .move(files, settings.base(), endpoint, component, uri, result.adapterSha256(), samples);
        return new Step.Published(Step.PublishStatus.PUBLISHED, "");
    }

    /// Null once it is in service; what it waits for when the time is up.
    private @Nullable String await(Instant until, Supplier<Progress> step) {
        while (true) {
            switch (step.get()) {
                case Progress.InService done -> {
                    return null;
                }
                case Progress.Broken broken -> throw new IllegalStateException(broken.reason());
                case Progress.Waiting waiting -> {
                    if (!clock.instant().isBefore(until)) return waiting.what();
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while waiting for the endpoint", e);
        }
    }

    static String archiveKey(RunFiles files) {
        return files.adapter() + "adapter.tar.gz";
    }

    /// The adapter the job measured is the one that goes live: its sum is checked before it is packed.
    private void archive(RunFiles files, TrainingResult result) throws IOException {
        Path folder = Files.createTempDirectory("tunedrop-adapter");
        List<Path> parts = new ArrayList<>();
        try {
            for (String name : ADAPTER_FILES) {
                Path part = folder.resolve(name);
                parts.add(part);
                if (!cloud.artefacts().download(files.adapter() + name, part))
                    throw new IOException(cloud.artefacts().address(files.adapter() + name) + " is missing");
            }
            Path labels = folder.resolve(LABELS);
            if (cloud.artefacts().download(files.adapter() + LABELS, labels)) parts.add(labels);
            String sum = Sha256.of(folder.resolve(WEIGHTS));
            if (!sum.equals(result.adapterSha256()))
                throw new IOException(
                        "the adapter's sha256 is %s, the training job wrote %s".formatted(sum, result.adapterSha256()));
            cloud.artefacts()
                    .putThrough(archiveKey(files), "application/gzip", file -> AdapterArchive.write(file, parts));
        } finally {
            for (Path part : parts) Files.deleteIfExists(part);
            Files.delete(folder);
        }
    }

    private List<Publication.Sample> samples(RunFiles files, String endpoint, String component) throws IOException {
        List<Publication.Sample> samples = new ArrayList<>();
        for (GoldenPrompts.Prompt prompt : GoldenPrompts.of(cloud.artefacts(), files)) {
            String base = cloud.endpoints().baseComponent(endpoint);
            samples.add(new Publication.Sample(
                    prompt.text(),
                    prompt.expected(),
                    prompt.labelled() ? null : cloud.endpoints().ask(endpoint, base, prompt.messages(), ANSWER_TOKENS),
                    cloud.endpoints().ask(endpoint, component, prompt.messages(), ANSWER_TOKENS)));
        }
        return samples;
    }
}
