package dev.tunedrop.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.data.Cursor;

/// Saves a run and finds it again. The two newest checkpoints are kept.
///
/// A checkpoint that does not match its own sums is passed over, saying so, and the one before is taken. One that
/// belongs to another base model, dataset or settings is refused: going on from it would make a model of two halves.
public final class Checkpoints {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int KEPT = 2;

    private final CheckpointStore store;
    private final RunIdentity identity;
    private final MachineStamp machine;

    public Checkpoints(CheckpointStore store, RunIdentity identity, MachineStamp machine) {
        this.store = store;
        this.identity = identity;
        this.machine = machine;
    }

    /// Where a run stood.
    ///
    /// @param looks what the held-out rows have told so far
    /// @param microBatchTokens how steps are cut, so that a later attempt adds up in the same order; absent: by
    ///     sequences
    public record Place(
            int step,
            Cursor cursor,
            RunTotals totals,
            Looks looks,
            @Nullable Integer microBatchTokens) {}

    /// @param arrays everything that training moves, by name
    public void save(Place place, Map<String, NDArray> arrays) {
        try {
            Path state = store.stateFile(place.step());
            TrainingState.write(state, arrays);
            store.publish(
                    new CheckpointManifest(
                            CheckpointManifest.VERSION,
                            identity,
                            machine,
                            place.step(),
                            place.cursor(),
                            place.totals(),
                            place.looks(),
                            place.microBatchTokens(),
                            store.attempt(),
                            Files.size(state),
                            Sha256.of(state)),
                    state);
            List<Integer> steps = store.steps();
            for (int old : steps.subList(Math.min(KEPT, steps.size()), steps.size())) store.delete(old);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the checkpoint of step %d could not be written to %s: %s; make room or choose another place, then start the run again"
                            .formatted(place.step(), store.place(), reason(e)),
                    e);
        }
    }

    /// Writes the newest good checkpoint into the arrays; empty when there is none.
    ///
    /// @throws UserMistake when what is there belongs to another run
    public Optional<Place> restore(Map<String, NDArray> arrays) {
        try {
            for (int step : store.steps()) {
                Optional<CheckpointManifest> manifest = manifest(step);
                if (manifest.isEmpty()) continue;
                refuseAnotherRun(manifest.get());
                Path state = store.fetch(manifest.get());
                if (!whole(state, manifest.get())) continue;
                TrainingState.read(state, arrays);
                boolean sameMachine = machine.equals(manifest.get().machine());
                if (!sameMachine)
                    LOG.warn(
                            "the checkpoint was made on {} and this is {}: the result will agree within tolerance, not bit by bit",
                            manifest.get().machine(),
                            machine);
                return Optional.of(new Place(
                        step,
                        manifest.get().cursor(),
                        manifest.get().totals().resumed(sameMachine),
                        manifest.get().looks(),
                        manifest.get().microBatchTokens()));
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the checkpoints in %s could not be read: %s".formatted(store.place(), reason(e)), e);
        }
    }

    private Optional<CheckpointManifest> manifest(int step) throws IOException {
        try {
            String origin = store.place() + ", checkpoint of step " + step;
            JsonNode document = Json.tree(store.manifest(step), origin);
            int version = document.path("version").asInt(CheckpointManifest.VERSION);
            if (version != CheckpointManifest.VERSION) // its other fields need not be those of this version
            throw new UserMistake(
                        "The checkpoint of step %d in %s has version %d, and this program writes version %d. Remove it, or go on with the program that wrote it."
                                .formatted(step, store.place(), version, CheckpointManifest.VERSION));
            return Optional.of(Json.convert(document, CheckpointManifest.class, origin));
        } catch (InvalidDocument e) {
            passOver(step, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void refuseAnotherRun(CheckpointManifest manifest) {
        List<String> differences = identity.differencesFrom(manifest.identity());
        if (!differences.isEmpty())
            throw new UserMistake(
                    "The checkpoint of step %d in %s belongs to another run: its %s %s. Choose another place, or remove the checkpoints to start anew."
                            .formatted(
                                    manifest.step(),
                                    store.place(),
                                    String.join(" and ", differences),
                                    differences.size() == 1 && !differences.contains("settings")
                                            ? "differs"
                                            : "differ"));
    }

    private boolean whole(Path state, CheckpointManifest manifest) throws IOException {
        String wrong = null;
        if (!Files.exists(state)) wrong = "its state file is missing";
        else if (Files.size(state) != manifest.stateBytes())
            wrong = "its state file has %d bytes of %d".formatted(Files.size(state), manifest.stateBytes());
        else if (!Sha256.of(state).equals(manifest.stateSha256())) wrong = "its state file does not match its sum";
        if (wrong != null) passOver(manifest.step(), wrong);
        return wrong == null;
    }

    private void passOver(int step, String why) throws IOException {
        LOG.warn("passing over the checkpoint of step {} in {}: {}", step, store.place(), why);
        store.delete(step);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "access to " + denied.getFile() + " is denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}
