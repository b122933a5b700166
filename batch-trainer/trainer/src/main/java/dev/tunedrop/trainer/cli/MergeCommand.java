package dev.tunedrop.trainer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.trainer.merge.Merge;
import dev.tunedrop.trainer.run.Compute;

/// `merge`: a base and an adapter become one checkpoint.
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = "Merge an adapter into its base model, for servers that need whole weights.",
        footer = {
            "",
            "The product is added in fp32 and rounded once. Tensors are taken one at a time: a model larger than memory"
                    + " merges."
        })
public final class MergeCommand implements Callable<Integer> {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})\\s*(KB|MB|GB)", Pattern.CASE_INSENSITIVE);

    /// Precision of what is written.
    enum Precision {
        bf16(DType.BF16),
        fp16(DType.F16),
        fp32(DType.F32);

        private final DType type;

        Precision(DType type) {
            this.type = type;
        }
    }

    @Option(names = "--base", required = true, paramLabel = "DIR", description = "Base model in Hugging Face layout.")
    private Path base = Path.of("");

    @Option(names = "--adapter", required = true, paramLabel = "DIR", description = "Adapter in PEFT layout.")
    private Path adapter = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the model goes; must be empty.")
    private Path out = Path.of("");

    @Option(
            names = "--dtype",
            paramLabel = "PRECISION",
            defaultValue = "bf16",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Precision precision = Precision.bf16;

    @Option(
            names = "--shard-size",
            paramLabel = "SIZE",
            defaultValue = "5GB",
            description = "Most that a file may hold (default: ${DEFAULT-VALUE}).")
    private String shardSize = "5GB";

    @Option(
            names = "--onto-nf4",
            description =
                    "Merge onto what the base's 4-bit form opens to, which qlora trained on, not onto the original.")
    private boolean ontoNf4;

    private final PrintStream screen = System.out;

    @Override
    public Integer call() {
        Merge merge = new Merge(base, adapter, out, precision.type, bytes(shardSize), ontoNf4);
        Merge.Written written = Answers.of(() -> run(merge));
        screen.printf(
                Locale.ROOT,
                "%s: %,d tensors, %,d of them merged, in %d file%s of %,d MB%n",
                out,
                written.tensors(),
                written.merged(),
                written.files(),
                written.files() == 1 ? "" : "s",
                Math.ceilDiv(written.bytes(), 1_000_000));
        return 0;
    }

    private Merge.Written run(Merge merge) {
        try (Compute here = Compute.open();
                NDManager manager = here.newManager();
                NDManager host = manager.newSubManager(Device.cpu())) {
            return merge.run(host);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written: %s".formatted(out, e.getMessage()), e);
        }
    }

    /// Thousands, as transformers counts them.
    static long bytes(String size) {
        Matcher parts = SIZE.matcher(size.strip());
        if (!parts.matches() || Long.parseLong(parts.group(1)) == 0)
            throw new UserMistake(
                    "\"%s\" is no size of a shard. Write a number and KB, MB or GB, as in 5GB.".formatted(size));
        long unit = switch (parts.group(2).toUpperCase(Locale.ROOT)) {
            case "KB" -> 1_000;
            case "MB" -> 1_000_000;
            default -> 1_000_000_000;
        };
        return Long.parseLong(parts.group(1)) * unit;
    }
}
