#!/usr/bin/env bash
# Packs what gpu-check.sh needs on a machine that has an NVIDIA GPU and a LibTorch of its own but no JDK:
# a small Java runtime as one archive and the trainer's jars, without the CPU natives; and the golden models, where
# TUNEDROP_SHARED_DATA names the data that has them. Prints where it lies and how large it is.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
readonly NEEDED_JAVA=25
readonly MOST_MIB=48
readonly MODULES=java.base,java.logging,java.management,java.xml,jdk.unsupported

stop() {
  printf 'gpu-pack: %s\n' "$1" >&2
  exit 2
}

jdk=${JAVA_HOME:-}
if [[ -z $jdk ]]; then
  javac=$(command -v javac) || stop "no JDK was found; set JAVA_HOME to a JDK $NEEDED_JAVA"
  jdk=$(dirname "$(dirname "$(readlink -f "$javac")")")
fi
[[ -x $jdk/bin/jlink ]] || stop "$jdk has no jlink; set JAVA_HOME to a JDK $NEEDED_JAVA"
grep -q "^JAVA_VERSION=\"$NEEDED_JAVA" "$jdk/release" || stop "$jdk is no JDK $NEEDED_JAVA; set JAVA_HOME to one"

bundle=$here/target/gpu-bundle
natives=$here/target/gpu-natives
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$bundle" "$natives" "$here/target/gpu-java"
mkdir -p "$bundle/jars" "$natives"

cd "$root"
JAVA_HOME=$jdk ./mvnw -q -B -pl batch-trainer/trainer -am compile dependency:copy-dependencies@default-cli \
  -DincludeScope=runtime -DoutputDirectory="$bundle/jars" \
  -DexcludeArtifactIds=pytorch-native-cpu,tokenizers,jackson-datatype-jdk8 \
  -DincludeGroupIds=ai.djl,com.google.code.gson,com.fasterxml.jackson.core,com.fasterxml.jackson.datatype,org.slf4j
JAVA_HOME=$jdk ./mvnw -q -B -pl batch-trainer/libtorch dependency:copy-dependencies@default-cli \
  -DincludeScope=runtime -DoutputDirectory="$natives" -DincludeGroupIds=ai.djl.pytorch
for module in events batch-trainer/libtorch batch-trainer/trainer; do
  "$jdk/bin/jar" --create --file "$bundle/jars/tunedrop-$(basename "$module").jar" -C "$module/target/classes" .
done
"$jdk/bin/jlink" --add-modules "$MODULES" --strip-debug --no-header-files --no-man-pages --output "$work/gpu-java"
rm -rf "$work/gpu-java/legal"
# The runtime's own symbol table is of no use there; a fifth of the library.
if command -v strip >/dev/null; then strip --strip-unneeded "$work/gpu-java/lib/server/libjvm.so"; fi
tar czf "$bundle/java.tar.gz" -C "$work" gpu-java

if [[ -d ${TUNEDROP_SHARED_DATA:-}/golden ]]; then
  mkdir "$bundle/data"
  (cd "$TUNEDROP_SHARED_DATA" && cp -r --parents golden/{stories260k,tinystories-656k}.{fp32,nf4dq}.safetensors \
    models/{stories260k-hf,tinystories-656k} "$bundle/data")
fi

kib=$(du -sk "$bundle" | cut -f1)
printf '%s: %d.%d MiB (runtime %d MiB, jars %d MiB)\n' "${bundle#"$root"/}" $((kib / 1024)) $((kib % 1024 * 10 / 1024)) \
  $(($(du -sk "$bundle/java.tar.gz" | cut -f1) / 1024)) $(($(du -sk "$bundle/jars" | cut -f1) / 1024))
((kib < MOST_MIB * 1024)) || stop "the bundle is larger than $MOST_MIB MiB; leave modules or jars out"
