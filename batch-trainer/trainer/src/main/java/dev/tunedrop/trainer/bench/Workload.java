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
/// @param mode what a pass does for memory's sake
/// @param batches micro-batches, smallest first, since memory is read after each
/// @param mark tokens a second that are aimed at on one H200
/// @param markGiB memory that is aimed at with the first of the batches
record Workload(
        String name, String config, Mode mode, List<Batch> batches, OptionalDouble mark, OptionalDouble markGiB) {

    static final int RANK = 16;

    /// What a pass does for memory's sake, by the bytes that it may spend on activations.
    enum Mode {
        /// Layers are computed again, one matrix is open at a time, and the embedding waits with the host.
        TIGHT(0),
        /// Layers are computed again.
        RECOMPUTE(1),
        /// Every activation is kept.
        KEEP(Long.MAX_VALUE);

        final long activationBytes;

        Mode(long activationBytes) {
            this.activationBytes = activationBytes;
        }
    }

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
    private static final String SMALL = "llama-3.1-8b";
    private static final String LARGE = "llama-3.1-70b";

    /// On a GPU.
    static final List<Workload> ON_GPU = List.of(
            ofMemory("8b-memory", SMALL, new Batch(4096, 4096), 7.4),
            ofSpeed("8b-recompute", SMALL, Mode.RECOMPUTE, PACKED_4K, 12_900),
            ofSpeed("8b-keep", SMALL, Mode.KEEP, PACKED_4K, 18_300),
            ofMemory("70b-memory", LARGE, new Batch(2048, 2048), 44),
            ofSpeed("70b-recompute", LARGE, Mode.RECOMPUTE, List.of(new Batch(8192, 4096)), 1_570));

    /// The same code on shapes that a CPU does in a moment.
    static final List<Workload> REHEARSAL = List.of(
            rehearsal("tiny-memory", Mode.TIGHT, new Batch(64, 64)),
            rehearsal("tiny-recompute", Mode.RECOMPUTE, new Batch(64, 64), new Batch(128, 32)),
            rehearsal("tiny-keep", Mode.KEEP, new Batch(64, 32)));

    private static Workload ofSpeed(String name, String config, Mode mode, List<Batch> batches, double mark) {
        return new Workload(name, config, mode, batches, OptionalDouble.of(mark), OptionalDouble.empty());
    }

    private static Workload ofMemory(String name, String config, Batch batch, double markGiB) {
        return new Workload(
                name, config, Mode.TIGHT, List.of(batch), OptionalDouble.empty(), OptionalDouble.of(markGiB));
    }

    private static Workload rehearsal(String name, Mode mode, Batch... batches) {
        return new Workload(name, "tiny", mode, List.of(batches), OptionalDouble.empty(), OptionalDouble.empty());
    }

    boolean recompute() {
        return mode != Mode.KEEP;
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
