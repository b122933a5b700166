package dev.tunedrop.trainer.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import dev.tunedrop.trainer.weights.ModelConfig;

/// What is measured: a model's true shapes with random NF4 weights, trained by QLoRA with rank 16 on every linear map.
///
/// @param name of the part, as the command line has it
/// @param config the shapes: a resource beside this class
/// @param recompute whether each layer is computed again in its backward
/// @param batches micro-batches, smallest first, since memory is read after each
/// @param mark tokens a second that are aimed at on one H200
/// @param markGiB memory that is aimed at with the first of the batches
record Workload(
        String name,
        String config,
        boolean recompute,
        List<Batch> batches,
        OptionalDouble mark,
        OptionalDouble markGiB) {

    static final int RANK = 16;

    /// @param tokens of the whole micro-batch
    /// @param row of one sequence in it
    record Batch(int tokens, int row) {

        int[] lengths() {
            int[] lengths = new int[tokens / row];
            java.util.Arrays.fill(lengths, row);
            return lengths;
        }
    }

    private static final List<Batch> PACKED_4K = List.of(new Batch(4096, 4096), new Batch(8192, 4096));

    /// On a GPU.
    static final List<Workload> ON_GPU = List.of(
            of("8b-recompute", "llama-3.1-8b", true, PACKED_4K, 12_900, 7.4),
            new Workload(
                    "8b-keep", "llama-3.1-8b", false, PACKED_4K, OptionalDouble.of(18_300), OptionalDouble.empty()),
            of(
                    "70b-recompute",
                    "llama-3.1-70b",
                    true,
                    List.of(new Batch(2048, 2048), new Batch(8192, 4096)),
                    1_570,
                    44));

    /// The same code on shapes that a CPU does in a moment.
    static final List<Workload> REHEARSAL = List.of(
            new Workload(
                    "tiny-recompute",
                    "tiny",
                    true,
                    List.of(new Batch(64, 64), new Batch(128, 32)),
                    OptionalDouble.empty(),
                    OptionalDouble.empty()),
            new Workload(
                    "tiny-keep",
                    "tiny",
                    false,
                    List.of(new Batch(64, 32)),
                    OptionalDouble.empty(),
                    OptionalDouble.empty()));

    private static Workload of(
            String name, String config, boolean recompute, List<Batch> batches, double mark, double markGiB) {
        return new Workload(name, config, recompute, batches, OptionalDouble.of(mark), OptionalDouble.of(markGiB));
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
