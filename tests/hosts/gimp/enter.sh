#!/bin/sh
# enter.sh ROOT STAGE COMMAND…: run COMMAND inside the root, STAGE at /t. The mounts live in a namespace of their own, so
# nothing is left behind; the network is shared, so the engine outside is on 127.0.0.1 inside.
set -e
root=$1 stage=$2
shift 2
mkdir -p "$root/t"
export ROOT="$root" STAGE="$stage"
exec unshare -m -- sh -c '
    mount --make-rprivate / && mount --bind "$ROOT" "$ROOT" && mount -t proc proc "$ROOT/proc" &&
    mount --rbind /dev "$ROOT/dev" && mount --bind "$STAGE" "$ROOT/t" && exec chroot "$ROOT" "$@"' sh "$@"
