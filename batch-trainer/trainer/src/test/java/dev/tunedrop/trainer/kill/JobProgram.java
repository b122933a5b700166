package dev.tunedrop.trainer.kill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.job.ObjectFolder;
import dev.tunedrop.trainer.job.TrainingJob;
import dev.tunedrop.trainer.job.aws.LoopbackS3;
import dev.tunedrop.trainer.rows.HeldOutRows;
import dev.tunedrop.trainer.rows.ShardMaker;
import dev.tunedrop.trainer.run.Fixtures;

/// The training job against S3 on loopback. Every attempt has a disk of its own, as a container has.
final class JobProgram implements Program {

    private static final String BASE = "stories";
    private static final int MAX_TOKENS = 48;

    private final Path folder;
    private final LoopbackS3 s3;
    private final ObjectFolder artefacts;

    JobProgram(Path folder) throws IOException {
        this.folder = folder;
        s3 = new LoopbackS3(folder.resolve("s3"), "artefacts", "bases");
        artefacts = s3.bucket("artefacts");
        ObjectFolder bases = s3.bucket("bases");
        try (Stream<Path> files = Files.list(Fixtures.stories260k())) {
            for (Path file : files.toList()) bases.upload(file, BASE + "/" + file.getFileName());
        }
    }

    ObjectFolder artefacts() {
        return artefacts;
    }

    @Override
    public Child start(String run, Lesson lesson, List<String> jvm) throws IOException {
        if (artefacts.read(new RunFiles(run).manifest()).isEmpty()) prepare(run, lesson);
        String attempt = run + "-" + UUID.randomUUID();
        Map<String, String> environment = new HashMap<>(s3.environment());
        environment.put("TUNEDROP_RUN", run);
        environment.put("TUNEDROP_ARTEFACTS", "artefacts");
        environment.put("TUNEDROP_BASES", "bases");
        environment.put("TUNEDROP_SCRATCH", folder.resolve(attempt).toString());
        return Child.start(
                folder.resolve(attempt + ".txt"), List.of(), jvm, environment, List.of(TrainingJob.class.getName()));
    }

    private void prepare(String run, Lesson lesson) throws IOException {
        RunFiles files = new RunFiles(run);
        Path train = folder.resolve(run + "-train");
        Path validation = folder.resolve(run + "-validation");
        try (BaseText text = BaseText.load(Fixtures.stories260k())) {
            new ShardMaker(text, MAX_TOKENS)
                    .split(
                            Fixtures.rows(folder.resolve("rows.jsonl"), 60),
                            train,
                            validation,
                            new HeldOutRows.Share(0.2, lesson.seed()));
        }
        byte[] settings = lesson.settings().getBytes(StandardCharsets.UTF_8);
        artefacts.write(files.settings(), Json.bytes(SettingsFile.read(settings, "lesson")));
        Manifest manifest = new Manifest(
                run, BASE, "d", "t", "u", shard(train, files.trainShard()), shard(validation, files.validationShard()));
        artefacts.write(files.manifest(), Json.bytes(manifest));
    }

    private Manifest.Shard shard(Path file, String key) throws IOException {
        artefacts.upload(file, key);
        try (TokenShardReader rows = TokenShardReader.open(file)) {
            return new Manifest.Shard(
                    key, Sha256.of(file), Files.size(file), rows.rows(), rows.tokens(), rows.trainedTokens());
        }
    }

    @Override
    public String sum(String run) throws IOException {
        RunFiles files = new RunFiles(run);
        String sum = Sha256.of(
                artefacts.read(files.adapter() + "adapter_model.safetensors").orElseThrow());
        String told = Json.read(
                        artefacts.read(files.trainingResult()).orElseThrow(),
                        TrainingResult.class,
                        files.trainingResult())
                .adapterSha256();
        if (!sum.equals(told)) throw new IllegalStateException("the result tells of another adapter");
        return sum;
    }

    @Override
    public List<String> metrics(String run) throws IOException {
        byte[] lines = artefacts.read(new RunFiles(run).metrics()).orElseThrow();
        return new String(lines, StandardCharsets.UTF_8).lines().toList();
    }

    @Override
    public void close() throws IOException {
        s3.close();
    }
}
