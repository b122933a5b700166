#!/usr/bin/env bash
# Checks the trainer on this machine's GPU against its CPU, and measures tokens per second and memory.
#
#   gpu-check.sh [--save[=FILE]] [--cpu-rehearsal] [--seconds=N] [PART …]
#
# Parts: numerics, golden, kernels, 8b-memory, 8b-recompute, 8b-keep, 70b-memory, 70b-recompute,
# 70b-automatic; none means all of them, within ten minutes: some seven are expected, and after nine and a half whatever
# runs is stopped. Each part is a process of its own with its own time limit, so one that fails leaves the others'
# figures. One that fails, or dies, is tried once more at the end with LibTorch's operators in the place of our kernels
# and of cuDNN's attention: that says whose fault it was, and gives figures all the same.
#   --save[=FILE]    also writes what is printed to FILE, part by part (benchmarks/gpu-DATE.txt beside this script)
#   --cpu-rehearsal  the same code on the CPU with tiny shapes: parts numerics, golden, kernels, tiny-memory, tiny-recompute,
#                    tiny-keep, tiny-automatic
#   --seconds=N      for each measured micro-batch size (12)
# Java is the runtime that gpu-pack.sh made, else a JDK 25. LibTorch is what TUNEDROP_LIBTORCH names, else the torch of
# python3. Golden models are looked for where TUNEDROP_SHARED_DATA points, else in what gpu-pack.sh packed.
# Ends with 0: every check held; 1: one did not; 2: not understood, or something is missing; 3: there is no GPU.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bundle=$here/target/gpu-bundle
readonly MISSING=2
readonly NOT_MEASURED=3
readonly TIMED_OUT=124
readonly KILLED=137
readonly BUDGET=570

stop() {
  printf 'gpu-check: %s\n' "$1" >&2
  exit "$MISSING"
}

saved=
dated=false
rehearsal=()
seconds=--seconds=12
parts=()
for argument in "$@"; do
  case $argument in
    --save) dated=true; saved=$here/benchmarks/gpu-$(date -u +%F).txt ;;
    --save=?*) saved=${argument#--save=} ;;
    --cpu-rehearsal) rehearsal=("$argument") ;;
    --seconds=*) seconds=$argument ;;
    -h | --help) sed -n '2,/^set -/{/^set -/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) stop "no option is named $argument; see --help" ;;
    *) parts+=("$argument") ;;
  esac
done
if $dated && ((${#rehearsal[@]})); then stop "a rehearsal is no measurement to keep beside this script; name a file, --save=FILE"; fi
if ((${#parts[@]} == 0)); then
  if ((${#rehearsal[@]})); then parts=(numerics golden kernels tiny-memory tiny-recompute tiny-keep tiny-automatic)
  else parts=(numerics golden kernels 8b-memory 8b-recompute 8b-keep 70b-memory 70b-recompute 70b-automatic); fi
fi

# Seconds after which a part is given up. The first also waits for LibTorch's libraries to be read from a cold disk.
limit_of() {
  case $1 in
    "${parts[0]}") echo 180 ;;
    golden) echo 40 ;;
    70b-recompute | 70b-automatic) echo 120 ;;
    *) echo 90 ;;
  esac
}

[[ -d $bundle/jars ]] || "$here/gpu-pack.sh" >&2
java=$here/target/gpu-java/bin/java
if [[ ! -x $java && -f $bundle/java.tar.gz ]]; then
  fresh=$(mktemp -d "$here/target/gpu-java.XXXXXX")
  tar xzf "$bundle/java.tar.gz" --no-same-owner -C "$fresh"
  rm -rf "$here/target/gpu-java"
  mv "$fresh/gpu-java" "$here/target/gpu-java"
  rmdir "$fresh"
fi
if ! "$java" -version >/dev/null 2>&1; then
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  "$java" -version 2>&1 | grep -q '"25' || stop "no Java 25 was found; run gpu-pack.sh where there is a JDK 25"
fi
if [[ -z ${TUNEDROP_LIBTORCH:-} ]] && command -v python3 >/dev/null; then
  torch=$(python3 -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')")
  if [[ -f $torch/lib/libtorch_cpu.so ]]; then export TUNEDROP_LIBTORCH=$torch/lib; fi
fi
if [[ -z ${TUNEDROP_SHARED_DATA:-} && -d $bundle/data ]]; then export TUNEDROP_SHARED_DATA=$bundle/data; fi
classpath=$bundle/jars/*:$here/target/gpu-natives/*

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -n $saved ]]; then mkdir -p "$(dirname "$saved")"; else saved=$work/report; fi
SECONDS=0 # of the budget: packing is not in it

# Prints what is read, and keeps it.
keep() { tee -a "$saved"; }

# One part, with more in its environment; its exit code is the answer.
run_part() { # PART [VARIABLE=VALUE …]
  local part=$1 limit code=0
  shift
  limit=$(limit_of "$part")
  if ((limit > BUDGET - SECONDS)); then limit=$((BUDGET - SECONDS)); fi
  if ((limit < 5)); then echo "$part: not measured, the $BUDGET s are over"; return "$TIMED_OUT"; fi
  env "$@" timeout --kill-after=5 "$limit" "$java" -Xmx4g -Xss8m -XX:+UseParallelGC --enable-native-access=ALL-UNNAMED \
    -XX:ErrorFile="$work/crash" -Dslf4j.internal.verbosity=ERROR -cp "$classpath" \
    dev.tunedrop.trainer.bench.GpuCheck "${rehearsal[@]}" "$seconds" "$part" || code=$?
  if ((code == TIMED_OUT || code == KILLED)); then echo "$part: stopped, it ran past its $limit s or was killed"; fi
  return "$code"
}

# The same, printed and kept; where it fails, with the end of what it said on standard error.
attempt() { # PART [VARIABLE=VALUE …]
  local code=0
  run_part "$@" 2>"$work/errors" | keep || code=${PIPESTATUS[0]}
  if ((code == 0)); then return 0; fi
  grep -v '^WARNING' "$work/errors" >&2 || true
  {
    echo "$1: ended with $code; the end of its standard error:"
    grep -v '^WARNING' "$work/errors" | tail -n 40 | cut -c 1-400 | sed 's/^/    /' || true
    if [[ -s $work/crash ]]; then sed -n '/^Stack: /,/^$/p' "$work/crash" | head -n 25 | sed 's/^/    /'; fi
  } >>"$saved"
  rm -f "$work/crash"
  return "$code"
}

date -u '+%Y-%m-%d %H:%M UTC' >"$saved"
failed=()
first=true
worst=0
for part in "${parts[@]}"; do
  code=0
  attempt "$part" || code=$?
  if $first && ((code == NOT_MEASURED || code == MISSING)); then
    rm -f "$saved" # nothing is in it
    exit "$code"
  fi
  first=false
  if ((code == 0)); then continue; fi
  worst=1
  if ((code != TIMED_OUT && code != KILLED)); then failed+=("$part"); fi
done
for part in "${failed[@]}"; do
  echo "$part once more, by LibTorch's operators and flash kernel alone:" | keep
  attempt "$part" TUNEDROP_KERNELS=off TUNEDROP_ATTENTION=flash || true
done
if [[ $saved != "$work"/* ]]; then echo "saved as ${saved#"$PWD"/}"; fi
exit "$worst"
