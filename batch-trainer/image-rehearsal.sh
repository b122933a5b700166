#!/usr/bin/env bash
# The trainer's image without Docker: puts its root file system together in a folder as the Dockerfile says, mounts the
# root read-only as Batch does, and runs the image's command as the image's user against a local cloud. The run must
# hand over, bit for bit, the adapter that the local cloud's own training of the same drop made.
#
#   sudo batch-trainer/image-rehearsal.sh [DROP.jsonl]
#
# Needs Linux, root (for chroot and mounts in a namespace of its own), a JDK 25. In place of the LibTorch with CUDA stands
# the CPU's. Takes about five minutes, most of it the build.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'rehearsal: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

[ "$(id -u)" = 0 ] || stop "needs root for chroot. Run it with sudo."
for tool in unshare chroot setpriv; do command -v "$tool" >/dev/null || stop "$tool is missing. Install util-linux."; done
: "${JAVA_HOME:?is not set. Set it to a JDK 25.}"
file=${1:-samples/support-triage.jsonl}
dockerfile=batch-trainer/Dockerfile
work=$(mktemp -d)
cloud=
finish() {
  [ -z "$cloud" ] || { kill "$cloud" 2>/dev/null || true; wait "$cloud" 2>/dev/null || true; }
  rm -rf "$work"
}
trap finish EXIT

# A stage of the Dockerfile: its instructions, one a line.
stage() { sed -e ':a' -e '/\\$/{N;s/\\\n */ /;ba' -e '}' "$dockerfile" | awk -v want="$1" '/^FROM /{on=($NF==want);next} on&&!/^#/'; }
instruction() { stage "$1" | sed -n "s/^$2 //p"; }

say "building the jars with the image's own command"
mkdir -p "$work/jars/jars" "$work/libtorch/opt/libtorch/lib" "$work/root"
bash -c "$(instruction jars RUN | sed "s#/jars#$work/jars/jars#g")"
say "unpacking the CPU's LibTorch in place of the one with CUDA"
native=$(find "${HOME}/.m2/repository/ai/djl/pytorch/pytorch-native-cpu" -name '*linux-x86_64.jar' | head -n 1)
[ -n "$native" ] || stop "no pytorch-native-cpu in the local Maven repository. Run ./tunedrop build once."
mkdir "$work/unpacked"
(cd "$work/unpacked" && "$JAVA_HOME/bin/jar" --extract --file "$native")
while read -r packed; do
  case "$packed" in
    *.gz) gunzip -c "$packed" > "$work/libtorch/opt/libtorch/lib/$(basename "$packed" .gz)" ;;
    *) cp "$packed" "$work/libtorch/opt/libtorch/lib/" ;;
  esac
done < <(find "$work/unpacked" -name '*.so*')

root=$work/root
mkdir -p "$root"/{opt/java/openjdk,scratch,tmp,usr,etc,proc,dev}
for link in bin lib lib64 sbin; do [ -L "/$link" ] && ln -s "usr/$link" "$root/$link"; done
instruction runtime COPY | while read -r from source target; do
  mkdir -p "$root$target"
  cp -a "$work/${from#--from=}$source/." "$root$target/"
done
user=$(instruction runtime USER)
chown "$user" "$root/scratch"; chmod 1777 "$root/tmp"
mapfile -t settings < <(instruction runtime ENV | tr -s ' ' '\n')
eval "command=($(instruction trainer ENTRYPOINT | sed -e 's/^\[//' -e 's/\]$//' -e 's/", *"/" "/g'))"
say "root file system: $(find "$root" -type f | wc -l) files, $(du -sh "$root" | cut -f1); user $user; command ${command[*]:0:1} … ${command[*]: -1}"

say "training the drop once in a local cloud"
home=$work/home
TUNEDROP_HOME=$home ./tunedrop up > "$work/cloud.log" 2>&1 &
cloud=$!
for _ in $(seq 300); do [ -s "$home/cloud/addresses.json" ] && break; kill -0 "$cloud" 2>/dev/null || { cat "$work/cloud.log" >&2; stop "the local cloud did not start"; }; sleep 1; done
TUNEDROP_HOME=$home ./tunedrop drop --dataset rehearsal "$file" > "$work/drop.log" 2>&1 || { tail -n 20 "$work/drop.log" >&2; stop "the drop was not published"; }
artefacts=$home/cloud/s3/tunedrop-artefacts/runs
run=$(ls "$artefacts" | head -n 1)
adapter=$artefacts/$run/adapter/adapter_model.safetensors
before=$(sha256sum < "$adapter")
rm -rf "${artefacts:?}/$run/training" "$artefacts/$run/adapter" "$artefacts/$run/evaluation.json"

say "training it again with the image's command in the image's root"
field() { tr -d '\n' < "$home/cloud/addresses.json" | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"; }
env=(
  "PATH=/opt/java/openjdk/bin:/usr/bin" "JAVA_HOME=/opt/java/openjdk" "${settings[@]}"
  "TUNEDROP_RUN=$run" "TUNEDROP_ARTEFACTS=tunedrop-artefacts" "TUNEDROP_BASES=tunedrop-bases" "TUNEDROP_S3_PATH_STYLE=true"
  "AWS_REGION=us-east-1" "AWS_BATCH_JOB_ATTEMPT=1" "AWS_EC2_METADATA_DISABLED=true"
  "AWS_ACCESS_KEY_ID=$(field accessKeyId)" "AWS_SECRET_ACCESS_KEY=$(field secretAccessKey)"
  "AWS_ENDPOINT_URL=$(field api)" "AWS_ENDPOINT_URL_S3=$(field s3)"
)
export root
# shellcheck disable=SC2016  # the inner shell puts the values in
unshare --mount --propagation private bash -euo pipefail -c '
  mount --bind "$root" "$root"
  for part in usr etc; do mount --bind "/$part" "$root/$part"; mount -o remount,bind,ro "$root/$part"; done
  mount --bind "$JAVA_HOME" "$root/opt/java/openjdk"
  mount -t proc proc "$root/proc"
  mount --bind /dev "$root/dev"
  mount --bind "$root/scratch" "$root/scratch"
  mount --bind "$root/tmp" "$root/tmp"
  mount -o remount,bind,ro "$root"
  ids=$1; shift
  exec chroot "$root" setpriv --reuid "${ids%:*}" --regid "${ids#*:}" --clear-groups --no-new-privs "$@"
' inner "$user" /usr/bin/env -i "${env[@]}" sh -c '
  [ "$(id -u)" = 10001 ] || { echo "the user is $(id -u)"; exit 70; }
  touch /opt/tunedrop/written 2>/dev/null && { echo "the root can be written"; exit 71; }
  cd /scratch && exec "$@"
' command "${command[@]}" || stop "the image's command ended with exit code $?"

[ -s "$artefacts/$run/training/result.json" ] || stop "the command left no result"
[ "$(sha256sum < "$adapter")" = "$before" ] || stop "the adapter is not the one that the local cloud trained"
say "user $user, read-only root: the same adapter, bit for bit"
