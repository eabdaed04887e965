#!/bin/sh
# Makes the release in two clones in different directories; all files must be the same:
# test/dist/reproducible.sh [x64|arm64 …]. The clones have what is committed.
set -eu
here=$(git rev-parse --show-toplevel)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
first=$directory/clone
second=$directory/another/clone/with-a-longer-path
for clone in "$first" "$second"; do
  git clone -q "$here" "$clone"
done
for clone in "$first" "$second"; do
  (cd "$clone" && XZ_LEVEL="${XZ_LEVEL-1}" make -s dist MACHINES="$*" >"$directory/log" 2>&1 </dev/null) || {
    cat "$directory/log" >&2
    exit 1
  }
done
cat "$first/dist/SHA256SUMS"
diff "$first/dist/SHA256SUMS" "$second/dist/SHA256SUMS"
echo "two clones made the same files"
