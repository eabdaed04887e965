#!/bin/sh
# Runs ./trace on the README's example in a directory of its own and prints the recording.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo

gcc -O1 "$root/test/programs/hello.c" -o "$dir/main"
ln -s "$root/trace" "$dir/trace"
cd "$dir"
(
  set -x
  $sudo ./trace exec --cgroups --flags="O_CREAT|O_TRUNC" ./main
  cat trace.csv
)
