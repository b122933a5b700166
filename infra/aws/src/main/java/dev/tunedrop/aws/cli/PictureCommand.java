package dev.tunedrop.aws.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.TunedropApp;
import dev.tunedrop.aws.picture.Architecture;
import dev.tunedrop.aws.picture.Drawing;
import dev.tunedrop.events.json.Json;

/// `picture`: draws the architecture anew from the template.
@Command(
        name = "picture",
        mixinStandardHelpOptions = true,
        description = "Draw infra/aws/architecture.svg anew from the template.")
public final class PictureCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException {
        Node.mustBeThere();
        Files.writeString(StackOptions.root().resolve("infra/aws/architecture.svg"), drawn());
        return 0;
    }

    /// The picture of the stack with its defaults; the functions' package is not looked into.
    static String drawn() throws IOException {
        Path work = Files.createTempDirectory("tunedrop-picture");
        try {
            Path functions = Files.createDirectories(work.resolve("functions"));
            Files.writeString(functions.resolve("package"), "stands for the functions' package");
            Path template = new TunedropApp(Settings.of("tunedrop", functions), work.resolve("out"))
                    .synthesise()
                    .template();
            return Drawing.svg(Architecture.of(Json.read(template, JsonNode.class)));
        } finally {
            remove(work);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot remove " + file, e);
                }
            });
        }
    }
}
