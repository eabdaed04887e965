#!/bin/sh
# Fails when the executable obeys the directory that it is run in: test/probe.sh build/trace
# trace runs as root wherever the user happens to be, so a ./bunfig.toml, a ./.env or a library that
# lies there must mean nothing to it. BUN_BE_BUN=1 is not tried: no flag of bun's stops it.
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

# What is only read leaves no mark. strace says what was opened, but not every machine has it or lets
# it trace; a file's access time says what was read, but not on every file system. So: both.
watch=
touch -a -d 2000-01-01 preload.cjs bunfig.toml .env ./*.so*
if strace -o /dev/null true 2>/dev/null; then watch="strace -f -e trace=file -o opened"; fi

# doctor loads the native library; what it finds out about this machine does not matter here.
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

# This one may fail to start, and does: the preload is read but refused.
BUN_OPTIONS="--preload ./preload.cjs" "$executable" --version >/dev/null 2>&1 || true
[ ! -e obeyed ] || fail "obeys BUN_OPTIONS"
