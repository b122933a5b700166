package dev.tunedrop.trainer.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.trainer.cli.TrainerMain;
import dev.tunedrop.trainer.run.Fixtures;

/// The `train` command, each run in a directory of its own.
record CommandProgram(Path folder, Path data) implements Program {

    static CommandProgram in(Path folder) throws IOException {
        return new CommandProgram(folder, Fixtures.rows(folder.resolve("rows.jsonl"), 60));
    }

    @Override
    public Child start(String run, Lesson lesson, List<String> jvm) throws IOException {
        return start(run, lesson, List.of(), jvm);
    }

    Child start(String run, Lesson lesson, List<String> wrapper, List<String> jvm) throws IOException {
        Path settings = Files.writeString(folder.resolve(run + ".json"), lesson.settings());
        return Child.start(
                folder.resolve(run + ".txt"),
                wrapper,
                jvm,
                Map.of(),
                List.of(
                        TrainerMain.class.getName(),
                        "train",
                        "--base=" + Fixtures.stories260k(),
                        "--data=" + data,
                        "--settings=" + settings,
                        "--out=" + folder.resolve(run)));
    }

    @Override
    public String sum(String run) throws IOException {
        Path out = folder.resolve(run);
        String sum = Sha256.of(out.resolve("adapter_model.safetensors"));
        String told = Json.read(out.resolve("training/result.json"), TrainingResult.class)
                .adapterSha256();
        if (!sum.equals(told)) throw new IllegalStateException("the result tells of another adapter");
        return sum;
    }

    @Override
    public List<String> metrics(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("training/metrics.jsonl"));
    }

    @Override
    public void close() {
        // the folder is the caller's
    }
}
