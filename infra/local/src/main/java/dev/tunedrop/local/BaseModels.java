package dev.tunedrop.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.DurableFile;
import dev.tunedrop.local.s3.aws.LocalS3;

/// Copies base models from a folder into their bucket; a file that has its old size and time is not copied again.
final class BaseModels {

    private static final Logger LOG = LoggerFactory.getLogger(BaseModels.class);

    private BaseModels() {}

    /// What was copied: `name/file size time`.
    private record Copied(Set<String> files) {}

    static void copy(Path models, LocalS3 s3, Path record) throws IOException {
        if (!Files.isDirectory(models)) return;
        Set<String> before =
                Files.exists(record) ? Json.read(record, Copied.class).files() : Set.of();
        Set<String> after = new TreeSet<>();
        for (Path model : folders(models)) {
            for (Path file : files(model)) {
                String key = model.getFileName() + "/"
                        + model.relativize(file).toString().replace('\\', '/');
                String line = "%s %d %s".formatted(key, Files.size(file), Files.getLastModifiedTime(file));
                after.add(line);
                if (before.contains(line) && s3.exists(Names.BASES, key)) continue;
                s3.put(Names.BASES, key, file);
                LOG.info("base model file {} copied", key);
            }
        }
        DurableFile.write(record, Json.bytes(new Copied(after)));
    }

    private static List<Path> folders(Path models) throws IOException {
        try (Stream<Path> all = Files.list(models)) {
            return all.filter(folder -> Files.exists(folder.resolve("config.json")))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> files(Path model) throws IOException {
        try (Stream<Path> all = Files.walk(model)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
