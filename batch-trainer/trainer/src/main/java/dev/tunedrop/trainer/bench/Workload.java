package dev.tunedrop.trainer.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.weights.ModelConfig;

/// What is measured: a model's true shapes with random NF4 weights, trained by QLoRA with rank 16 on every linear map.
///
/// @param name of the part, as the command line has it
/// @param config the shapes: a resource beside this class
/// @param tight whether memory is short: one matrix is open at a time, and the embedding waits with the host
/// @param batches micro-batches, smallest first, since memory is read after each
/// @param mark tokens a second that are aimed at on one H200
/// @param markGiB memory that is aimed at with the first of the batches
record Workload(
        String name, String config, boolean tight, List<Batch> batches, OptionalDouble mark, OptionalDouble markGiB) {

    static final int RANK = 16;

    /// @param tokens of the whole micro-batch
    /// @param row of one sequence in it
    /// @param keep what every layer keeps; absent: what the free memory allows
    record Batch(int tokens, int row, @Nullable Keep keep) {

        int[] lengths() {
            int[] lengths = new int[tokens / row];
            java.util.Arrays.fill(lengths, row);
            return lengths;
        }
    }

    private static final String SMALL = "llama-3.1-8b";
    private static final String LARGE = "llama-3.1-70b";

    /// On a GPU. What is automatic is a workload of its own: it reads the free memory, of which another batch's is no
    /// more a part.
    static final List<Workload> ON_GPU = List.of(
            ofMemory("8b-memory", SMALL, 4096, 7.4),
            ofSpeed(
                    "8b-recompute",
                    SMALL,
                    12_900,
                    new Batch(4096, 4096, Keep.INPUT),
                    new Batch(4096, 4096, Keep.ATTENTION),
                    new Batch(8192, 4096, Keep.ATTENTION)),
            ofSpeed("8b-keep", SMALL, 18_300, new Batch(4096, 4096, Keep.ALL), new Batch(8192, 4096, Keep.ALL)),
            ofMemory("70b-memory", LARGE, 2048, 44),
            ofSpeed("70b-recompute", LARGE, 1_570, new Batch(8192, 4096, Keep.ATTENTION)),
            ofSpeed("70b-automatic", LARGE, 1_570, new Batch(8192, 4096, null)));

    /// The same code on shapes that a CPU does in a moment.
    static final List<Workload> REHEARSAL = List.of(
            rehearsal("tiny-memory", true, new Batch(64, 64, Keep.INPUT)),
            rehearsal(
                    "tiny-recompute",
                    false,
                    new Batch(64, 64, Keep.INPUT),
                    new Batch(64, 64, Keep.ATTENTION),
                    new Batch(128, 32, Keep.ATTENTION)),
            rehearsal("tiny-keep", false, new Batch(64, 32, Keep.ALL)),
            rehearsal("tiny-automatic", false, new Batch(64, 32, null)));

    private static Workload ofSpeed(String name, String config, double mark, Batch... batches) {
        return new Workload(name, config, false, List.of(batches), OptionalDouble.of(mark), OptionalDouble.empty());
    }

    private static Workload ofMemory(String name, String config, int tokens, double markGiB) {
        Batch row = new Batch(tokens, tokens, Keep.INPUT);
        return new Workload(name, config, true, List.of(row), OptionalDouble.empty(), OptionalDouble.of(markGiB));
    }

    private static Workload rehearsal(String name, boolean tight, Batch... batches) {
        return new Workload(name, "tiny", tight, List.of(batches), OptionalDouble.empty(), OptionalDouble.empty());
    }

    static Optional<Workload> named(String name, boolean rehearsal) {
        return (rehearsal ? REHEARSAL : ON_GPU)
                .stream().filter(workload -> workload.name.equals(name)).findFirst();
    }

    ModelConfig shape() {
        return shape(config);
    }

    /// The shapes in a resource.
    static ModelConfig shape(String resource) {
        try {
            Path directory = Files.createTempDirectory("tunedrop-shape");
            try {
                return ModelConfig.read(copy(resource, directory));
            } finally {
                Files.deleteIfExists(directory.resolve(ModelConfig.FILE));
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Writes the resource as a model directory's `config.json`; answers the directory.
    static Path copy(String resource, Path directory) throws IOException {
        try (InputStream json = Workload.class.getResourceAsStream(resource + ".json")) {
            if (json == null) throw new IllegalStateException("no resource " + resource + ".json");
            Files.copy(json, directory.resolve(ModelConfig.FILE));
        }
        return directory;
    }
}
