#!/bin/sh
# Unpacks the newest kernel headers of Debian's backports into a directory: the uapi headers of every
# architecture (linux-libc-dev) and the kernel's internal headers (linux-headers-*-common), which have
# the prototypes of the system calls. Does not install anything or change apt's state.
#   src/build/syscall-tables/headers.sh DIRECTORY
set -eu

SUITE=trixie-backports
mkdir -p "$1"
directory=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
  "http://deb.debian.org/debian $SUITE main" >"$work/sources.list"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
chmod 755 "$work"
apt() { # TOOL ARGUMENT…
  tool=$1
  shift
  "$tool" -q -o APT::Sandbox::User=root -o Dir::Etc::SourceList="$work/sources.list" \
    -o Dir::Etc::SourceParts=/nonexistent \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" "$@"
}

apt apt-get update >&2
version=$(apt apt-cache madison linux-libc-dev | awk 'NR == 1 { print $3 }')
kernel=${version%%-*}
common=$(apt apt-cache search --names-only "^linux-headers-$kernel.*-common\$" | awk 'NR == 1 { print $1 }')
cd "$work"
apt apt-get download "linux-libc-dev=$version" "$common" >&2
for package in ./*.deb; do
  dpkg-deb -x "$package" "$work/tree"
done
rm -rf "$directory/uapi" "$directory/kernel"
cp -rL "$work/tree/usr/include" "$directory/uapi"
cp -r "$work/tree/usr/src/$common/include" "$directory/kernel"
# Written last: make uses this file as the target.
echo "$version" >"$directory/version"
