/// OpenAI's fine-tuning API in front of our own pipeline: a client that fine-tunes at OpenAI does it here by changing
/// its base URL.
///
/// Start at [dev.tunedrop.local.finetuning.FineTuningApi], which says which request does what;
/// [dev.tunedrop.local.finetuning.Jobs] is where a job becomes a drop, and
/// [dev.tunedrop.local.finetuning.JobView] how a run looks as a job. The server is in `http`, what needs the AWS SDK in
/// `aws`. Depends on the console's views of runs, the functions' doors to the cloud, and `disk`.
///
/// What is kept lies in a folder of its own, each thing one file replaced as a whole, so that a killed process loses
/// nothing it had answered for. The run itself is the pipeline's: its state is read, never copied, until it has ended.
@NullMarked
package dev.tunedrop.local.finetuning;

import org.jspecify.annotations.NullMarked;
