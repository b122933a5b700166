package dev.tunedrop.functions.prepare;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.Objects.VersionGone;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.dataset.DatasetFormat;
import dev.tunedrop.functions.publish.Names;

/// Freezes what the run works on: the pinned version of the file, the settings with every default filled in, the
/// adapter that is live now, the byte ranges.
public final class PlanChunksHandler extends JsonHandler<Step.Drop, Step.Planned> {

    /// Names between slashes, none of which leads out of the bucket.
    private static final Pattern FOLDER = Pattern.compile("(?!\\.{1,2}(/|$))[^/\\\\]+(/(?!\\.{1,2}(/|$))[^/\\\\]+)*");

    private final Cloud cloud;

    public PlanChunksHandler() {
        this(Wiring.cloud());
    }

    public PlanChunksHandler(Cloud cloud) {
        super(Step.Drop.class);
        this.cloud = cloud;
    }

    @Override
    public Step.Planned handle(Step.Drop input) {
        DropRef drop = input.ref();
        RunFiles files = new RunFiles(input.runId());
        long size = pinnedSize(drop);
        Optional<Retrain> retrain = cloud.ledger().find(input.runId()).map(RunRecord::retrain);
        RunSettings settings = settings(drop, retrain);
        check(settings);
        ChunkPlan plan = new RowSource(cloud, files).plan(drop, size);
        cloud.artefacts().putJson(files.drop(), drop);
        cloud.artefacts().putJson(files.settings(), settings);
        cloud.artefacts().putJson(files.plan(), plan);
        retrain.ifPresent(why -> cloud.artefacts().putJson(files.retrain(), why));
        live(drop, settings).ifPresent(live -> cloud.artefacts().putJson(files.live(), live));
        return new Step.Planned(plan.chunks());
    }

    private long pinnedSize(DropRef drop) {
        try {
            return cloud.drops().head(drop.key(), drop.version()).sizeBytes();
        } catch (VersionGone e) {
            throw new Rejected(
                    Rejected.SUPERSEDED,
                    "the dropped version is not there any more; the newer version of the key has a run of its own");
        }
    }

    /// As `tune.json` says, but for what the request to train again says.
    private RunSettings settings(DropRef drop, Optional<Retrain> retrain) {
        RunSettings settings = TuneFile.of(cloud.drops(), drop);
        String base = retrain.map(Retrain::base).orElse(null);
        if (base == null) return settings;
        try {
            return SettingsFile.with(settings, OtherBase.changes(cloud.ledger(), drop, settings, base), "the request");
        } catch (InvalidDocument e) {
            throw new Rejected(TuneFile.INVALID, e.getMessage() + ". Name another base.");
        }
    }

    private void check(RunSettings settings) {
        if (settings.format() != null && DatasetFormat.of(settings.format()).isEmpty())
            throw new Rejected(
                    TuneFile.INVALID,
                    "there is no format \"%s\". Name one of: %s.".formatted(settings.format(), DatasetFormat.ids()));
        if (settings.method() == RunSettings.Method.FULL)
            throw new Rejected(
                    "method-unsupported",
                    "method \"full\" makes a whole model, and a drop publishes adapters. Use \"qlora\" or \"lora\" here,"
                            + " or train by hand with ./tunedrop train.");
        if (!FOLDER.matcher(settings.base()).matches())
            throw new Rejected(
                    "base-missing",
                    "the base model \"%s\" is no name of a folder in the bucket %s. Name one of: %s."
                            .formatted(settings.base(), cloud.bases().bucket(), bases()));
        for (String file : List.of("config.json", "tokenizer.json"))
            if (cloud.bases().head(settings.base() + "/" + file).isEmpty())
                throw new Rejected(
                        "base-missing",
                        "the base model \"%s\" has no %s in the bucket %s. Name one of: %s."
                                .formatted(settings.base(), file, cloud.bases().bucket(), bases()));
    }

    private String bases() {
        TreeSet<String> names = new TreeSet<>();
        for (String key : cloud.bases().list("")) {
            int slash = key.indexOf('/');
            if (slash > 0) names.add(key.substring(0, slash));
        }
        return names.isEmpty() ? "none is there yet" : String.join(", ", names);
    }

    /// The publication an adapter of the same base must beat.
    private Optional<Publication> live(DropRef drop, RunSettings settings) {
        return cloud.ledger()
                .alias(Names.endpoint(drop, settings))
                .filter(alias -> alias.base().equals(settings.base()))
                .map(Ledger.Alias::runId)
                .flatMap(run -> cloud.artefacts().findJson(new RunFiles(run).publication(), Publication.class));
    }
}
