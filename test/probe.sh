#!/bin/sh
# Fails if the executable loads files of the current directory: test/probe.sh build/trace
# trace runs as root in any directory, so it must ignore a ./bunfig.toml, a ./.env and libraries
# there. It must also ignore the variables of Bun, which could turn it into Bun.
set -eu

executable=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail() {
  echo "probe: $executable $*" >&2
  exit 1
}

echo 'require("node:fs").writeFileSync("obeyed", "")' >preload.cjs
echo 'preload = ["./preload.cjs"]' >bunfig.toml
echo 'TRACE_PROBE=obeyed' >.env
echo '#include <fcntl.h>
__attribute__((constructor)) static void run(void) { open("obeyed", O_CREAT, 0600); }' >library.c
gcc -shared -fPIC library.c -o libc.so.6
cp libc.so.6 native.so
cp libc.so.6 libbpf.so.1
hostile='preload\.cjs|bunfig\.toml|\.env|libc\.so\.6|native\.so|libbpf\.so\.1'

# Files that are read but not run leave no mark. Not every machine has strace or lets it trace, and
# not every file system updates access times, so the probe uses both.
watch=
touch -a -d 2000-01-01 preload.cjs bunfig.toml .env ./*.so*
if strace -o /dev/null true 2>/dev/null; then watch="strace -f -e trace=file -o opened"; fi

# doctor loads the native library; its result does not matter here.
$watch "$executable" --version >version || fail "--version failed"
[ -s version ] || fail "--version printed nothing"
[ ! -f opened ] || cp opened opened.version
$watch "$executable" doctor >/dev/null 2>&1 || true
[ ! -e obeyed ] || fail "ran code of the current directory"

read_here=$(find . -regextype posix-extended -regex "\./($hostile)" -newerat 2000-01-02 | tr '\n' ' ')
[ -z "$read_here" ] || fail "read $read_here"
if [ -n "$watch" ] && grep -E "\"($dir/|\./)?($hostile)\"" opened opened.version >&2; then
  fail "opened files of the current directory"
fi

BUN_OPTIONS="--preload ./preload.cjs" "$executable" --version >options 2>&1 || true
[ ! -e obeyed ] || fail "obeys BUN_OPTIONS"
BUN_BE_BUN=1 "$executable" --version >be 2>&1 || true
cmp -s version options && cmp -s version be || fail "obeys BUN_OPTIONS or BUN_BE_BUN"
