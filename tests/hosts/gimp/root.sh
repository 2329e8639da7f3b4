#!/usr/bin/env bash
# root.sh FOLDER [SUITE]: a root file system with a real GIMP 3 in FOLDER, built with mmdebstrap from the archive that apt
# is configured with here. SUITE: trixie (GIMP 3.0, the default) or forky (GIMP 3.2).
# Where SEMANTIC_UPSCALE_ROOTS names a folder, the packed root is kept there and only unpacked the next time.
# Exit code 77, with the reason on the last line, where it cannot be had: not root, no Debian archive, no network.
set -euo pipefail

root=${1:?usage: root.sh FOLDER [SUITE]}
suite=${2:-trixie}
packages=gimp,python3-gi,xvfb,xauth,openbox,xdotool,dbus,at-spi2-core,gir1.2-atspi-2.0,fonts-dejavu-core
packed=${SEMANTIC_UPSCALE_ROOTS:+$SEMANTIC_UPSCALE_ROOTS/gimp-$suite.tar.zst}

skip() {
    echo "no GIMP root: $*"
    exit 77
}

ready() { [ -e "$root/.ready" ]; }

mirror() { # the first archive of apt's own sources that calls itself Debian
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Identifier: Packages' | sed -n 's/^Debian //p' | head -n 1
}

tool() { # apt's lock may be held by another installation for a while
    command -v mmdebstrap >/dev/null && return
    apt-get -qq update >/dev/null 2>&1 || true
    apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends mmdebstrap zstd >/dev/null 2>&1 ||
        skip "mmdebstrap cannot be installed"
}

unpack() {
    mkdir -p "$root"
    tar --zstd -xf "$packed" -C "$root"
}

build() {
    tool
    local archive
    archive=$(mirror)
    mkdir -p "$(dirname "$root")"
    [ -n "$archive" ] || skip "apt is configured with no Debian archive"
    mmdebstrap --quiet --variant=apt --components=main \
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --include="$packages" "$suite" "$root" "$archive" || skip "$suite could not be installed from apt's archive"
}

pack() { # beside, then renamed: a half-written pack is never taken for a whole one
    mkdir -p "$(dirname "$packed")"
    tar --zstd -cf "$packed.part" -C "$root" .
    mv "$packed.part" "$packed"
}

ready && exit 0
[ "$(uname)" = Linux ] || skip "only on Linux"
[ "$(id -u)" = 0 ] || skip "needs to run as root"
command -v apt-get >/dev/null || skip "apt is not here"
if [ -n "$packed" ] && [ -e "$packed" ]; then
    unpack
else
    build
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    [ -z "$packed" ] || pack
fi
touch "$root/.ready"
