/// From a JSONL file of chats, completions or preference pairs to token shards, without the pipeline: what the
/// `train` and `eval` commands read.
///
/// Start with [dev.tunedrop.trainer.rows.ShardMaker]. The pipeline checks far more and reports line by line; here the
/// first row that cannot be trained on ends the command. May depend on `events`, `text` and `data`.
@NullMarked
package dev.tunedrop.trainer.rows;

import org.jspecify.annotations.NullMarked;
