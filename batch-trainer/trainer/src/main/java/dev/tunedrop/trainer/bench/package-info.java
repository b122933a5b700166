/// Measures and checks the trainer on a machine: the same numbers on a GPU as on the CPU, tokens per second, memory.
///
/// Start with [dev.tunedrop.trainer.bench.GpuCheck], the main that `gpu-check.sh` starts part by part:
/// [dev.tunedrop.trainer.bench.Numerics] and [dev.tunedrop.trainer.bench.GoldenModels] compare,
/// [dev.tunedrop.trainer.bench.KernelTimes] times each kernel against its twin,
/// [dev.tunedrop.trainer.bench.Speed] measures a [dev.tunedrop.trainer.bench.Workload] against its
/// [dev.tunedrop.trainer.bench.Limit]. May depend on every part of the trainer but `run`, `job` and `cli`; nothing
/// depends on it.
@NullMarked
package dev.tunedrop.trainer.bench;

import org.jspecify.annotations.NullMarked;
