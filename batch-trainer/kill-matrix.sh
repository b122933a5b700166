#!/usr/bin/env bash
# Kills training at every named point, with SIGKILL and SIGTERM, for three seeds, and after each of 60 steps; writes what
# came of it to benchmarks/kill-matrix-DATE.txt beside this script, or to the file named.
#
#   kill-matrix.sh [FILE]
#
# Needs a JDK 25 (JAVA_HOME) and the shared test data (TUNEDROP_SHARED, else ../shared beside the project). Some 530
# processes are started, one after the other: half an hour on two idle cores. Ends with 0 when every adapter was the same.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$(realpath -m "${1:-$here/benchmarks/kill-matrix-$(date -u +%F).txt}")
cd "$here/.."
./mvnw -q -B -pl batch-trainer/trainer -am test -Dtest=KillMatrixTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dtunedrop.killMatrix="$table" ${TUNEDROP_SHARED:+-Dtunedrop.shared="$TUNEDROP_SHARED"}
echo "written to $table"
