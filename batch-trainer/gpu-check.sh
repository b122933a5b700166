#!/usr/bin/env bash
# Checks the trainer on this machine's GPU against its CPU, and measures tokens per second and memory.
#
#   gpu-check.sh [--save] [--cpu-rehearsal] [--seconds=N] [PART …]
#
# Parts: numerics, golden, kernels, 8b-memory, 8b-recompute, 8b-keep, 70b-memory, 70b-recompute,
# 70b-automatic; none means all of them, within ten minutes: some seven are expected, and after nine and a half whatever
# runs is stopped. Each part is a process of its own with its own time limit, so one that fails leaves the others'
# figures.
#   --save           also writes what is printed to benchmarks/gpu-DATE.txt beside this script
#   --cpu-rehearsal  the same code on the CPU with tiny shapes: parts numerics, golden, kernels, tiny-memory, tiny-recompute,
#                    tiny-keep, tiny-automatic
#   --seconds=N      for each measured micro-batch size (12)
# Java is the runtime that gpu-pack.sh made, else a JDK 25. LibTorch is what TUNEDROP_LIBTORCH names, else the torch of
# python3. Golden models are looked for where TUNEDROP_SHARED_DATA points.
# Ends with 0: every check held; 1: one did not; 2: not understood, or something is missing; 3: there is no GPU.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bundle=$here/target/gpu-bundle
readonly NOT_MEASURED=3
readonly TIMED_OUT=124
readonly BUDGET=570

stop() {
  printf 'gpu-check: %s\n' "$1" >&2
  exit 2
}

save=false
rehearsal=()
seconds=--seconds=12
parts=()
for argument in "$@"; do
  case $argument in
    --save) save=true ;;
    --cpu-rehearsal) rehearsal=("$argument") ;;
    --seconds=*) seconds=$argument ;;
    -h | --help) sed -n '2,/^set -/{/^set -/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) stop "no option is named $argument; see --help" ;;
    *) parts+=("$argument") ;;
  esac
done
if $save && ((${#rehearsal[@]})); then stop "a rehearsal measures nothing worth saving; leave --save out"; fi
if ((${#parts[@]} == 0)); then
  if ((${#rehearsal[@]})); then parts=(numerics golden kernels tiny-memory tiny-recompute tiny-keep tiny-automatic)
  else parts=(numerics golden kernels 8b-memory 8b-recompute 8b-keep 70b-memory 70b-recompute 70b-automatic); fi
fi

# Seconds after which a part is given up.
limit_of() {
  case $1 in
    numerics) echo 90 ;;
    golden) echo 40 ;;
    70b-recompute | 70b-automatic) echo 120 ;;
    *) echo 90 ;;
  esac
}

[[ -d $bundle/jars ]] || "$here/gpu-pack.sh" >&2
java=$bundle/java/bin/java
if [[ ! -x $java ]]; then
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  "$java" -version 2>&1 | grep -q '"25' || stop "no Java 25 was found; run gpu-pack.sh where there is a JDK 25"
fi
if [[ -z ${TUNEDROP_LIBTORCH:-} ]] && command -v python3 >/dev/null; then
  torch=$(python3 -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')")
  [[ -f $torch/lib/libtorch_cpu.so ]] && export TUNEDROP_LIBTORCH=$torch/lib
fi
classpath=$bundle/jars/*:$here/target/gpu-natives/*

# One part; its exit code is the answer.
run_part() {
  local limit code=0
  limit=$(limit_of "$1")
  if ((limit > BUDGET - SECONDS)); then limit=$((BUDGET - SECONDS)); fi
  if ((limit < 5)); then echo "$1: not measured, the $BUDGET s are over"; return "$TIMED_OUT"; fi
  timeout --kill-after=5 "$limit" "$java" -Xmx4g -XX:+UseParallelGC --enable-native-access=ALL-UNNAMED \
    -Dslf4j.internal.verbosity=ERROR -cp "$classpath" dev.tunedrop.trainer.bench.GpuCheck \
    "${rehearsal[@]}" "$seconds" "$1" || code=$?
  if ((code == TIMED_OUT)); then echo "$1: not measured, it ran past its $limit s"; fi
  return "$code"
}

SECONDS=0 # of the budget: packing is not in it
report=$(mktemp)
trap 'rm -f "$report"' EXIT
date -u '+%Y-%m-%d %H:%M UTC' >"$report"
worst=0
for part in "${parts[@]}"; do
  code=0
  run_part "$part" 2> >(grep -v '^WARNING' >&2) | tee -a "$report" || code=${PIPESTATUS[0]}
  ((code == NOT_MEASURED)) && exit "$NOT_MEASURED"
  ((code == 2)) && exit 2
  ((code == 0)) || worst=1
done
if $save; then
  mkdir -p "$here/benchmarks"
  file=$here/benchmarks/gpu-$(date -u +%F).txt
  cp "$report" "$file"
  echo "saved as ${file#"$PWD"/}"
fi
exit "$worst"
