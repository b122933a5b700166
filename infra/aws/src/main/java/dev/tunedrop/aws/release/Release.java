package dev.tunedrop.aws.release;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;

/// `tunedrop.template.json`, which asks for the bucket and key of the functions' package, and `functions.zip`. Neither
/// needs the CDK, its bootstrap stack or Node.js to be deployed.
public final class Release {

    public static final String TEMPLATE = "tunedrop.template.json";
    public static final String PACKAGE = "functions.zip";

    private Release() {}

    /// Writes both files.
    ///
    /// @param template as the CDK wrote it
    /// @param functions a folder with `lib/*.jar`, or a zip of it
    public static void write(Path folder, JsonNode template, Path functions) throws IOException {
        Files.createDirectories(folder);
        Path zip = folder.resolve(PACKAGE);
        if (Files.isDirectory(functions)) zip(functions, zip);
        else Files.write(zip, Files.readAllBytes(functions));
        Files.writeString(folder.resolve(TEMPLATE), Json.writeLine(parameterised(template, Sha256.of(zip))));
    }

    /// The template with the package's place as parameters. Its sum is in each function's description, so that a new
    /// package makes a new version of each function, which the alias `live` then points to.
    static JsonNode parameterised(JsonNode template, String sum) {
        ObjectNode root = template.deepCopy();
        ObjectNode parameters = (ObjectNode) root.path("Parameters");
        parameters.remove("BootstrapVersion");
        root.remove("Rules");
        parameter(parameters, "CodeBucket", "The bucket that holds the functions' package, in the stack's region.");
        parameter(parameters, "CodeKey", "The key of the functions' package in that bucket.");
        for (JsonNode resource : root.path("Resources")) {
            if (!resource.path("Type").asText().equals("AWS::Lambda::Function")) continue;
            ObjectNode properties = (ObjectNode) resource.path("Properties");
            ObjectNode code = properties.putObject("Code");
            code.putObject("S3Bucket").put("Ref", "CodeBucket");
            code.putObject("S3Key").put("Ref", "CodeKey");
            properties.put(
                    "Description",
                    properties.path("Description").asText() + " (" + sum.substring(0, 12) + ")");
        }
        return root;
    }

    private static void parameter(ObjectNode parameters, String name, String description) {
        parameters.putObject(name).put("Type", "String").put("MinLength", 1).put("Description", description);
    }

    /// The same bytes for the same files, whenever it is written.
    private static void zip(Path folder, Path zip) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            for (Path file : files) {
                ZipEntry entry = new ZipEntry(folder.relativize(file).toString());
                entry.setLastModifiedTime(FileTime.fromMillis(0));
                entries.putNextEntry(entry);
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
    }
}
