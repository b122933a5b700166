#!/usr/bin/env bash
# Compiles src/main/cuda to the PTX that the jar carries; needs nvcc (CUDA 13.0 made the one that is committed).
#
#   kernels.sh            writes src/main/resources/dev/tunedrop/trainer/kernel/kernels.ptx
#   kernels.sh --check    writes nothing; ends with 1 where that file is not what nvcc makes of the sources
#
# The PTX is for sm_80, which every driver since R450 compiles for the GPU at hand (sm_80 to sm_120). nvcc states its own
# newest PTX version, which only a driver as new as nvcc accepts; nothing here needs more than 7.0, and ptxas confirms it
# for each architecture. The first line holds the sha256 of the sources and
# the release of nvcc: a test notices a forgotten run, and makes the same again where the same nvcc is.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sources=$here/src/main/cuda
target=$here/src/main/resources/dev/tunedrop/trainer/kernel/kernels.ptx
readonly PTX_VERSION=7.0
readonly ARCHITECTURES=(sm_80 sm_86 sm_89 sm_90 sm_100 sm_120)

command -v nvcc >/dev/null || { echo 'kernels.sh: nvcc was not found; install the CUDA toolkit 13.0 or newer' >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# -fmad=false: products are rounded before they are added, as the twins in Java do
nvcc -ptx -arch=compute_80 -std=c++17 -O3 -fmad=false "$sources/kernels.cu" -o "$work/raw.ptx"
release=$(nvcc --version | sed -n "s/.*release \([0-9.]*\).*/\1/p")
sum=$(cd "$sources" && LC_ALL=C sha256sum -- * | sha256sum | cut -d' ' -f1)
{
  printf '// sources %s, nvcc %s\n' "$sum" "$release"
  sed -e '/^\/\//d' -e '/^\s*$/d' -e 's/^\s*//' -e "s/^\.version .*/.version $PTX_VERSION/" "$work/raw.ptx"
} >"$work/kernels.ptx"
for architecture in "${ARCHITECTURES[@]}"; do ptxas -arch="$architecture" "$work/kernels.ptx" -o /dev/null; done
if [[ ${1:-} == --check ]]; then
  cmp "$work/kernels.ptx" "$target"
else
  mkdir -p "$(dirname "$target")"
  cp "$work/kernels.ptx" "$target"
  echo "${target#"$here"/}: $(wc -c <"$target") bytes, $(grep -c '^\.visible .entry' "$target") kernels"
fi
