#!/bin/sh
# Builds the one native library: src/native/build.sh build/native.so
# It contains the C shim of this directory, libbpf, libelf and zlib, and depends on libc.so.6 only,
# glibc 2.17 or later. The archives are those of Debian's -dev packages. build/native.so.linked gets the
# names of all files that the linker takes code from, for the list of licenses.
set -eu

output=$1
here=$(dirname "$0")
work=$output.parts
newest_glibc=2.17
: "${CC:=cc}" "${OBJCOPY:=objcopy}" "${READELF:=readelf}"

fail() {
  echo "native.so: $*" >&2
  exit 1
}

rm -rf "$work" "$output.linked"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

# The archives are PIE, not PIC: their PC-relative access to libc's `stderr` does not link into a
# shared object, so they get a variable of our own instead (libelf_stubs.c).
for name in bpf elf z; do
  archive=$($CC -print-file-name=lib$name.a)
  [ -f "$archive" ] || fail "lib$name.a is missing; run make setup"
  $OBJCOPY --redefine-sym stderr=trace_archive_stderr "$archive" "$work/lib$name.a"
  realpath "$archive" >>"$work/linked"
done

for source in "$here"/*.c; do
  $CC -std=gnu11 -O2 -g0 -fPIC -fno-lto -ffunction-sections -fdata-sections -Wall -Wextra \
    -c "$source" -o "$work/$(basename "$source" .c).o"
done

# --require-defined links a function from its archive, and fails if it does not exist.
required=$(sed -n 's/^ *\([a-z0-9_]*\);$/-Wl,--require-defined=\1/p' "$here/exports.map")

# shellcheck disable=SC2086 # split into one argument per function
$CC -shared -fno-lto -s -o "$work/native.so" "$work"/*.o $required \
  "$work/libbpf.a" "$work/libelf.a" "$work/libz.a" \
  -Wl,--version-script="$here/exports.map" -Wl,-Bsymbolic -Wl,--gc-sections \
  -Wl,-z,defs -Wl,-z,text -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--trace >"$work/trace"
# Shared libraries stay outside.
sed -n '\|^/.*\.[ao]$|p' "$work/trace" | sort -u | xargs realpath >>"$work/linked"

foreign=$($READELF -dW "$work/native.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
  grep -v -e '^libc\.so\.6$' -e '^ld-linux-.*\.so\.[0-9]$' || true)
[ -z "$foreign" ] || fail "depends on libraries other than libc: $foreign"

# Also rejects version tags that are not numbers, such as GLIBC_ABI_DT_RELR.
for version in $($READELF -VW "$work/native.so" | sed -n 's/.*Name: \(GLIBC_[^ ]*\).*/\1/p' | sort -u); do
  newest=$(printf '%s\n' "GLIBC_$newest_glibc" "$version" | sort -V | tail -n 1)
  [ "$newest" = "GLIBC_$newest_glibc" ] ||
    fail "requires $version; add replacements to src/native/glibc_compat.c: $($READELF --dyn-syms -W "$work/native.so" |
      sed -n "s/.* \([^ ]*\)@$version .*/\1/p" | tr '\n' ' ')"
done

mv "$work/linked" "$output.linked"
mv "$work/native.so" "$output"
