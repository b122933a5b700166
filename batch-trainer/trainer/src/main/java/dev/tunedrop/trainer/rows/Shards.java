package dev.tunedrop.trainer.rows;

import java.nio.file.Path;

/// Makes token shards of a JSONL file for one base model.
public sealed interface Shards permits LabelledShards, ShardMaker {

    /// All rows into one shard.
    ShardMaker.Made all(Path data, Path shard);

    /// Rows held out go into `validation`.
    ShardMaker.Made split(Path data, Path train, Path validation, HeldOutRows heldOut);
}
