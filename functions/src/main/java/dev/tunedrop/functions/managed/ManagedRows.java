package dev.tunedrop.functions.managed;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.dataset.CanonicalRow;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.TrainingOrder.DataFile;
import dev.tunedrop.functions.targets.Conversion;
import dev.tunedrop.functions.targets.Target;
import dev.tunedrop.functions.targets.Targets;

/// A prepared dataset written as a service takes it: a file to train on and one that is held out.
record ManagedRows(DataFile train, @Nullable DataFile validation, Objective objective) {

    /// @throws SaysNo when the service takes no such rows
    static ManagedRows write(Objects artefacts, RunFiles files, Provider provider, String model) throws IOException {
        Path folder = Files.createTempDirectory("tunedrop-managed");
        Path rows = folder.resolve("rows.jsonl");
        Path train = folder.resolve(CanonicalRow.TRAIN);
        Path validation = folder.resolve(CanonicalRow.VALIDATION);
        try {
            if (!artefacts.download(files.canonicalRows(), rows))
                throw new IOException(artefacts.address(files.canonicalRows()) + " is missing");
            Row.Kind kind = split(rows, train, validation, provider, model);
            return new ManagedRows(
                    put(artefacts, files.managedRows(CanonicalRow.TRAIN), train),
                    Files.size(validation) == 0
                            ? null
                            : put(artefacts, files.managedRows(CanonicalRow.VALIDATION), validation),
                    kind == Row.Kind.PREFERENCE ? Objective.DPO : Objective.SFT);
        } finally {
            for (Path file : new Path[] {rows, train, validation}) Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static Row.Kind split(Path rows, Path train, Path validation, Provider provider, String model)
            throws IOException {
        Row.@Nullable Kind kind = null;
        @Nullable Conversion conversion = null;
        try (BufferedReader in = Files.newBufferedReader(rows);
                BufferedWriter trained = Files.newBufferedWriter(train);
                BufferedWriter heldOut = Files.newBufferedWriter(validation)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                CanonicalRow row = Json.read(line, CanonicalRow.class, "a prepared row");
                if (conversion == null || kind == null) {
                    kind = row.row().kind();
                    conversion = new Conversion(target(provider, model, kind));
                }
                BufferedWriter side = CanonicalRow.VALIDATION.equals(row.split()) ? heldOut : trained;
                side.write(conversion.line(row.row()));
                side.write('\n');
            }
        }
        if (kind == null) throw new IOException("the prepared dataset has no rows");
        return kind;
    }

    private static Target target(Provider provider, String model, Row.Kind kind) {
        Targets targets = Targets.load();
        return provider.targets(model).stream()
                .map(targets::find)
                .flatMap(Optional::stream)
                .filter(target -> target.formatFor(kind).isPresent())
                .findFirst()
                .orElseThrow(() -> new SaysNo(
                        "format",
                        "%s takes no rows of the kind \"%s\" for %s".formatted(provider.id(), kind.word(), model)));
    }

    private static DataFile put(Objects artefacts, String key, Path file) throws IOException {
        artefacts.put(key, file, "application/jsonl");
        return new DataFile(key, Files.size(file), Sha256.of(file));
    }
}
