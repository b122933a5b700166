#!/usr/bin/env bash
# The trainer beside eager PyTorch on this machine's CPU, turn about: how many times as long PyTorch takes.
#
#   beside-pytorch.sh PYTHON [TURNS [THREADS]]
#
# PYTHON has torch (2.7 or newer). Two shapes: the base of 2.7 million parameters, and synthetic-tiny-llama3 where
# TUNEDROP_SHARED_DATA names the shared data. 4,096 tokens in rows of 256, LoRA of rank 16 on every linear map.
# First: ./mvnw -q -pl batch-trainer/trainer -am test-compile && batch-trainer/gpu-pack.sh
# TUNEDROP_BENCH_CLASSPATH replaces the class path that these two make.
set -euo pipefail
cd "$(dirname "$0")/../../.."
python=${1:?name a Python that has torch}
turns=${2:-6}
threads=${3:-2}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
class_path=${TUNEDROP_BENCH_CLASSPATH:-batch-trainer/trainer/target/test-classes:batch-trainer/target/gpu-bundle/jars/*:batch-trainer/target/gpu-natives/*}
export OMP_WAIT_POLICY=PASSIVE # both sleep between operators, on a machine that may have other work

declare -A config=([base-2.7m]=batch-trainer/trainer/src/test/resources/dev/tunedrop/trainer/bench/base-2.7m.json)
declare -A passes=([base-2.7m]=7 [tiny-llama3]=15)
if [[ -n ${TUNEDROP_SHARED_DATA:-} ]]; then
  config[tiny-llama3]=$TUNEDROP_SHARED_DATA/models/synthetic-tiny-llama3/config.json
fi

# Answers "pass-ms processor-ms" of the one row of a table that begins with what is asked for.
pytorch() { # shape type
  "$python" batch-trainer/benchmarks/peer/eager.py "$threads" 4096 256 "${passes[$1]}" "${config[$1]}" "$2" 2>/dev/null |
    awk -F'|' -v type=" $2 " '$3 == type { print $7 + 0, $9 + 0 }'
}

ours() { # shape type
  local type=BFLOAT16 base=()
  [[ $2 == fp32 ]] && type=FLOAT32
  [[ $1 == tiny-llama3 ]] && base=("$(dirname "${config[$1]}")")
  "$java" --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector -cp "$class_path" \
    dev.tunedrop.trainer.bench.Throughput "$threads" 4096 256 "${passes[$1]}" lora "$type" "${base[@]}" 2>/dev/null |
    awk -F'|' -v type=" $2 " '$3 == type { print $7 + 0, $9 + 0 }'
}

echo "$(date +%F), $threads threads, load $(cut -d' ' -f1-3 /proc/loadavg) when it began"
echo
echo "| shape | compute | turn | PyTorch ms | ours ms | PyTorch / ours, by the clock | PyTorch processor ms | ours | PyTorch / ours, processor |"
echo "|---|---|---|---|---|---|---|---|---|"
for turn in $(seq "$turns"); do
  for shape in base-2.7m tiny-llama3; do
    [[ -n ${config[$shape]:-} ]] || continue
    for type in bf16 fp32; do
      read -r their_ms their_processor < <(pytorch "$shape" "$type")
      read -r our_ms our_processor < <(ours "$shape" "$type")
      awk -v shape="$shape" -v type="$type" -v turn="$turn" -v a="$their_ms" -v b="$our_ms" \
        -v c="$their_processor" -v d="$our_processor" 'BEGIN {
          printf "| %s | %s | %d | %.0f | %.0f | %.2f | %.0f | %.0f | %.2f |\n", shape, type, turn, a, b, a / b, c, d, c / d }'
    done
  done
done
echo "load $(cut -d' ' -f1-3 /proc/loadavg) when it ended"
