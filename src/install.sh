#!/bin/sh
# Installs trace from a release, after it has verified the checksum:
#
#   install.sh [--from URL|DIRECTORY] [--prefix DIRECTORY]
#
# The release is a URL or a directory with the files that make dist makes; $TRACE_URL is the default. The
# prefix is /usr/local for root and ~/.local for others. Needs curl or wget, tar, xz and sha256sum.
set -eu
umask 022

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

usage() {
  echo "usage: install.sh [--from URL|DIRECTORY] [--prefix DIRECTORY]" >&2
  exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

# Names the programs that are missing, in one line.
check_programs() {
  missing=
  for program in tar xz sha256sum; do
    have "$program" || missing="$missing, $program"
  done
  case $from in http://* | https://*)
    have curl || have wget || missing="$missing, curl or wget"
    ;;
  esac
  [ -z "$missing" ] || fail "missing programs: ${missing#, }"
}

# The machine's name in a release.
machine() {
  [ "$(uname -s)" = Linux ] || fail "trace is for Linux only"
  case $(uname -m) in
  x86_64 | amd64) echo x64 ;;
  aarch64 | arm64) echo arm64 ;;
  *) fail "there is no release for $(uname -m)" ;;
  esac
}

# get NAME: copies a file of the release into the temporary directory.
get() {
  case $from in
  http://* | https://*)
    if have curl; then
      curl -fsSL --retry 3 -o "$temporary/$1" "${from%/}/$1" 2>/dev/null
    else
      wget -q -O "$temporary/$1" "${from%/}/$1" 2>/dev/null
    fi
    ;;
  *) cp "$from/$1" "$temporary/$1" 2>/dev/null ;;
  esac || fail "cannot get ${from%/}/$1"
}

# put FILE TARGET MODE: replaces the target at once, never by a part of the file.
put() {
  mkdir -p "${2%/*}" || fail "cannot create ${2%/*}"
  [ ! -d "$2" ] || fail "$2 is a directory"
  partial="${2%/*}/.${2##*/}.$$"
  { cp "$1" "$partial" && chmod "$3" "$partial" && mv -f "$partial" "$2"; } 2>/dev/null ||
    fail "cannot write $2"
}

# Unpacks the archive into the directory trace.
unpack() {
  mkdir "$temporary/trace"
  xz -dc "$temporary/$1" >"$temporary/archive.tar" || fail "cannot unpack $1"
  tar -xf "$temporary/archive.tar" -C "$temporary" || fail "cannot unpack $1"
  mv "$temporary/${1%.tar.xz}"/* "$temporary/trace"
}

install_all() {
  files=$temporary/trace
  for page in "$files"/man/*.[1-8]; do
    [ ! -e "$page" ] || put "$page" "$prefix/share/man/man${page##*.}/${page##*/}" 644
  done
  for pair in trace.bash:bash-completion/completions/trace _trace:zsh/site-functions/_trace \
    trace.fish:fish/vendor_completions.d/trace.fish; do
    script=$files/completions/${pair%%:*}
    [ ! -e "$script" ] || put "$script" "$prefix/share/${pair#*:}" 644
  done
  for document in LICENSE THIRD-PARTY-NOTICES; do
    put "$files/$document" "$prefix/share/doc/trace/$document" 644
  done
  put "$files/trace" "$prefix/bin/trace" 755
}

main() {
  from=${TRACE_URL-}
  prefix=
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
    --from) from=$2 ;;
    --prefix) prefix=$2 ;;
    *) usage ;;
    esac
    shift 2
  done
  [ -n "$from" ] || fail "say where the release is: --from URL, or the variable TRACE_URL"
  if [ -z "$prefix" ]; then
    if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
  fi
  check_programs
  machine=$(machine)
  temporary=$(mktemp -d) || fail "cannot create a temporary directory"
  partial=
  trap 'rm -rf "$temporary" ${partial:+"$partial"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' HUP TERM
  get SHA256SUMS
  archive=$(sed -n "s/^[0-9a-f]\{64\}  \(trace-[^ /]*-linux-$machine\.tar\.xz\)$/\1/p" "$temporary/SHA256SUMS")
  case $archive in
  "") fail "SHA256SUMS of $from names no release for $machine" ;;
  *"
"*) fail "SHA256SUMS of $from names several releases for $machine" ;;
  esac
  get "$archive"
  expected=$(sed -n "s/^\([0-9a-f]*\)  $archive$/\1/p" "$temporary/SHA256SUMS")
  found=$(sha256sum "$temporary/$archive")
  [ "${found%% *}" = "$expected" ] ||
    fail "$archive: the checksum is not that of SHA256SUMS; nothing was installed"
  unpack "$archive"
  said=$("$temporary/trace/trace" --version 2>&1) || fail "trace does not run here: $said"
  install_all
  echo "installed $said as $prefix/bin/trace"
  case :$PATH: in
  *:"$prefix/bin":*) ;;
  *) echo "install.sh: $prefix/bin is not in PATH" >&2 ;;
  esac
}

# In one line at the end: a script that was cut off does nothing.
main "$@"
