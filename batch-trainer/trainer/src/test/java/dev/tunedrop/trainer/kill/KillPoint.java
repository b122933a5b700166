package dev.tunedrop.trainer.kill;

import static dev.tunedrop.trainer.kill.Place.after;
import static dev.tunedrop.trainer.kill.Place.before;
import static dev.tunedrop.trainer.kill.Place.entry;
import static dev.tunedrop.trainer.kill.Place.exit;
import static dev.tunedrop.trainer.kill.Place.halfWritten;

/// Where a run is killed. The first group is met by the `train` command, the second by the training job.
enum KillPoint {
    STARTED(Host.COMMAND, 1, entry("trainer.cli.TrainCommand", "train")),
    CONFIG_PARSED(Host.COMMAND, 1, exit("trainer.cli.SettingsOptions", "read")),
    TOKENISING(Host.COMMAND, 40, exit("events.artefact.TokenShardWriter", "add")),
    QUANTISING(Host.COMMAND, 20, exit("trainer.quant.Nf4", "quantise")),
    BASE_LOADED(Host.COMMAND, 1, exit("trainer.run.Student", "load")),
    BASE_VERIFIED(Host.COMMAND, 1, exit("trainer.run.BaseSum", "of")),
    DATA_VERIFIED(Host.COMMAND, 1, exit("events.artefact.TokenShardReader", "open")),
    BEFORE_STEP_1(Host.COMMAND, 1, entry("trainer.run.TrainingRun", "loop")),
    IN_FORWARD(Host.COMMAND, 40, exit("trainer.model.LayerPass", "forward")),
    IN_BACKWARD(Host.COMMAND, 40, exit("trainer.model.LayerPass", "backward")),
    BETWEEN_MICRO_BATCHES(Host.COMMAND, 8, exit("trainer.model.LoraModel", "lossAndGradients")),
    BEFORE_OPTIMISER(Host.COMMAND, 5, entry("trainer.optim.AdamW", "step")),
    IN_OPTIMISER(Host.COMMAND, 200, before("trainer.optim.AdamW", "step", "Ops.addcdiv_")),
    AFTER_OPTIMISER(Host.COMMAND, 5, exit("trainer.optim.AdamW", "step")),
    STEP_REPORTED(Host.COMMAND, 5, exit("trainer.run.MetricsFile", "stepped")),
    CHECKPOINT_FOLDER_MADE(Host.COMMAND, 3, exit("trainer.checkpoint.DirectoryStore", "stateFile")),
    CHECKPOINT_OPENED(
            Host.COMMAND,
            3,
            after("events.artefact.AtomicFile", "write", "FileChannel.open").within("TrainingState.write")),
    MID_TENSOR(Host.COMMAND, 400, halfWritten().within("TrainingState.write")),
    BEFORE_FSYNC(
            Host.COMMAND,
            3,
            before("events.artefact.AtomicFile", "write", "FileChannel.force").within("TrainingState.write")),
    AFTER_FSYNC(
            Host.COMMAND,
            3,
            after("events.artefact.AtomicFile", "write", "FileChannel.force").within("TrainingState.write")),
    BEFORE_RENAME(
            Host.COMMAND,
            3,
            before("events.artefact.AtomicFile", "write", "Files.move").within("TrainingState.write")),
    AFTER_RENAME(
            Host.COMMAND,
            3,
            after("events.artefact.AtomicFile", "write", "Files.move").within("TrainingState.write")),
    BEFORE_MANIFEST(Host.COMMAND, 3, entry("trainer.checkpoint.DirectoryStore", "publish")),
    MID_MANIFEST(Host.COMMAND, 3, halfWritten().within("DirectoryStore.publish")),
    OLD_CHECKPOINT_HALF_DELETED(
            Host.COMMAND, 1, before("trainer.checkpoint.DirectoryStore", "delete", "AtomicFile.syncDirectory")),
    EXPORTING(Host.COMMAND, 20, halfWritten().within("AdapterFiles.write")),
    EVALUATING(Host.COMMAND, 2, after("trainer.data.HeldOut", "loss", "ToDoubleFunction.applyAsDouble")),
    BEFORE_RESULT(Host.COMMAND, 1, entry("trainer.cli.TrainCommand", "report")),

    BASE_HALF_FETCHED(Host.JOB, 3, after("trainer.job.JobInputs", "base", "ObjectFolder.download")),
    UPLOADING(
            Host.JOB,
            3,
            before("trainer.job.aws.S3Folder", "upload", "S3Folder.calling").within("BucketStore.publish")),
    UPLOADED_WITHOUT_MANIFEST(Host.JOB, 3, after("trainer.job.BucketStore", "publish", "ObjectFolder.upload")),
    MANIFEST_UPLOADED(Host.JOB, 3, exit("trainer.job.BucketStore", "publish")),
    OLD_HALF_DELETED_IN_BUCKET(Host.JOB, 1, after("trainer.job.BucketStore", "delete", "ObjectFolder.delete")),
    RESULTS_HALF_PUBLISHED(Host.JOB, 2, after("trainer.job.TrainingJob", "publish", "ObjectFolder.upload"));

    /// Which program meets the point.
    enum Host {
        COMMAND,
        JOB
    }

    final Host host;
    final int occurrences;

    @SuppressWarnings("ImmutableEnumChecker") // a record of words
    final Place place;

    /// @param occurrences how often the shortest run passes at least
    KillPoint(Host host, int occurrences, Place place) {
        this.host = host;
        this.occurrences = occurrences;
        this.place = place;
    }

    /// Which of the occurrences a seed chooses, counted from 1.
    int occurrence(long seed) {
        return 1 + Math.floorMod(seed * 7919 + name().hashCode(), occurrences);
    }
}
