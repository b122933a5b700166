package dev.tunedrop.trainer.kill;

import static dev.tunedrop.trainer.kill.Place.after;
import static dev.tunedrop.trainer.kill.Place.before;
import static dev.tunedrop.trainer.kill.Place.entry;
import static dev.tunedrop.trainer.kill.Place.exit;
import static dev.tunedrop.trainer.kill.Place.halfWritten;

/// Where a run is killed. The first group is met by the `train` command, the second by the training job.
enum KillPoint {
    STARTED("start", Host.COMMAND, 1, entry("trainer.cli.TrainCommand", "train")),
    CONFIG_PARSED("config parsed", Host.COMMAND, 1, exit("trainer.cli.SettingsOptions", "read")),
    TOKENISING("while rows become tokens", Host.COMMAND, 40, exit("events.artefact.TokenShardWriter", "add")),
    QUANTISING("quantised: after a weight of the base", Host.COMMAND, 20, exit("trainer.quant.Nf4", "quantise")),
    BASE_LOADED("quantised: the whole base is loaded", Host.COMMAND, 1, exit("trainer.run.Student", "load")),
    BASE_VERIFIED("base verified", Host.COMMAND, 1, exit("trainer.run.BaseSum", "of")),
    DATA_VERIFIED("data verified", Host.COMMAND, 1, exit("events.artefact.TokenShardReader", "open")),
    BEFORE_STEP_1("before step 1", Host.COMMAND, 1, entry("trainer.run.TrainingRun", "loop")),
    IN_FORWARD("in forward: after a layer", Host.COMMAND, 40, exit("trainer.model.LayerPass", "forward")),
    IN_BACKWARD("in backward: after a layer", Host.COMMAND, 40, exit("trainer.model.LayerPass", "backward")),
    BETWEEN_MICRO_BATCHES(
            "between micro-batches", Host.COMMAND, 8, exit("trainer.model.LoraModel", "lossAndGradients")),
    BEFORE_OPTIMISER("before the optimiser step", Host.COMMAND, 5, entry("trainer.optim.AdamW", "step")),
    IN_OPTIMISER(
            "in the optimiser step: a tensor half moved",
            Host.COMMAND,
            200,
            before("trainer.optim.Update", "plain", "Ops.addcdiv_")),
    AFTER_OPTIMISER("after the optimiser step", Host.COMMAND, 5, exit("trainer.optim.AdamW", "step")),
    STEP_REPORTED("after a step's metrics", Host.COMMAND, 5, exit("trainer.run.MetricsFile", "stepped")),
    CHECKPOINT_FOLDER_MADE(
            "before a checkpoint is opened", Host.COMMAND, 3, exit("trainer.checkpoint.DirectoryStore", "stateFile")),
    CHECKPOINT_OPENED(
            "while a checkpoint is opened",
            Host.COMMAND,
            3,
            after("events.artefact.AtomicFile", "write", "FileChannel.open").within("TrainingState.write")),
    MID_TENSOR("mid-tensor", Host.COMMAND, 400, halfWritten().within("TrainingState.write")),
    BEFORE_FSYNC(
            "before fsync",
            Host.COMMAND,
            3,
            before("events.artefact.AtomicFile", "write", "FileChannel.force").within("TrainingState.write")),
    AFTER_FSYNC(
            "after fsync",
            Host.COMMAND,
            3,
            after("events.artefact.AtomicFile", "write", "FileChannel.force").within("TrainingState.write")),
    BEFORE_RENAME(
            "before rename",
            Host.COMMAND,
            3,
            before("events.artefact.AtomicFile", "write", "Files.move").within("TrainingState.write")),
    AFTER_RENAME(
            "after rename",
            Host.COMMAND,
            3,
            after("events.artefact.AtomicFile", "write", "Files.move").within("TrainingState.write")),
    BEFORE_MANIFEST("before the manifest", Host.COMMAND, 3, entry("trainer.checkpoint.DirectoryStore", "publish")),
    MID_MANIFEST("the manifest half written", Host.COMMAND, 3, halfWritten().within("DirectoryStore.publish")),
    OLD_CHECKPOINT_HALF_DELETED(
            "an old checkpoint half deleted",
            Host.COMMAND,
            1,
            before("trainer.checkpoint.DirectoryStore", "delete", "AtomicFile.syncDirectory")),
    EXPORTING("during export", Host.COMMAND, 20, halfWritten().within("AdapterFiles.write")),
    LOOKING(
            "during evaluation: between two steps",
            Host.COMMAND,
            3,
            after("trainer.data.HeldOut", "each", "BiConsumer.accept").within("HeldOutWatch.look")),
    KEEPING_BEST(
            "the best weights half kept", Host.COMMAND, 50, before("trainer.run.HeldOutWatch", "keep", "Ops.copy_")),
    RESTORING_BEST(
            "the best weights half restored",
            Host.COMMAND,
            50,
            before("trainer.run.HeldOutWatch", "bringBack", "Ops.copy_")),
    EVALUATING(
            "during evaluation: after the last step",
            Host.COMMAND,
            2,
            after("trainer.data.HeldOut", "each", "BiConsumer.accept").within("FineTuning.heldOut")),
    BEFORE_RESULT("before the result is told", Host.COMMAND, 1, entry("trainer.cli.TrainCommand", "report")),

    BASE_HALF_FETCHED(
            "the base half fetched", Host.JOB, 3, after("trainer.job.JobInputs", "base", "ObjectFolder.download")),
    UPLOADING(
            "while uploading: before a file of a checkpoint",
            Host.JOB,
            3,
            before("trainer.job.aws.S3Folder", "upload", "S3Folder.calling").within("BucketStore.publish")),
    UPLOADED_WITHOUT_MANIFEST(
            "before the manifest, in a bucket",
            Host.JOB,
            3,
            after("trainer.job.BucketStore", "publish", "ObjectFolder.upload")),
    MANIFEST_UPLOADED("after the manifest, in a bucket", Host.JOB, 3, exit("trainer.job.BucketStore", "publish")),
    OLD_HALF_DELETED_IN_BUCKET(
            "an old checkpoint half deleted, in a bucket",
            Host.JOB,
            1,
            after("trainer.job.BucketStore", "delete", "ObjectFolder.delete")),
    RESULTS_HALF_PUBLISHED(
            "while the adapter is uploaded",
            Host.JOB,
            2,
            after("trainer.job.TrainingJob", "publish", "ObjectFolder.upload")),
    BEFORE_RESULT_DOCUMENT(
            "before a final document is uploaded: losses, then the result",
            Host.JOB,
            2,
            before("trainer.job.TrainingJob", "publish", "ObjectFolder.write"));

    /// Which program meets the point.
    enum Host {
        COMMAND,
        JOB
    }

    /// In words.
    final String where;

    final Host host;
    final int occurrences;

    @SuppressWarnings("ImmutableEnumChecker") // a record of words
    final Place place;

    /// @param occurrences how often the shortest run passes at least
    KillPoint(String where, Host host, int occurrences, Place place) {
        this.where = where;
        this.host = host;
        this.occurrences = occurrences;
        this.place = place;
    }

    /// Which of the occurrences a seed chooses, counted from 1.
    int occurrence(long seed) {
        return 1 + Math.floorMod(seed * 7919 + name().hashCode(), occurrences);
    }
}
