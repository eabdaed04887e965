#!/bin/sh
# A step of action.yml: downloads a release of trace, verifies its checksum, and adds trace and traced
# to PATH. Sets the output `traced`, the path of that script.
set -eu

fail() {
  echo "trace: $1" >&2
  exit 1
}

case $(uname -m) in
  x86_64) machine=x64 ;;
  aarch64) machine=arm64 ;;
  *) fail "no release for $(uname -m)" ;;
esac

# The repository of the action, which some runners do not tell: they have it in _actions/OWNER/NAME/REF.
# An action that is used by its path is of the repository of the workflow.
repository=$ACTION_REPOSITORY
if [ -z "$repository" ]; then
  case $GITHUB_ACTION_PATH in
    */_actions/*/*/*)
      repository=${GITHUB_ACTION_PATH##*/_actions/}
      repository=${repository%"/${repository#*/*/}"}
      ;;
    *) repository=$GITHUB_REPOSITORY ;;
  esac
fi

releases=${INPUT_RELEASES:-$GITHUB_SERVER_URL/$repository/releases}
version=${INPUT_VERSION#v}
case $version in
  '' | *[!0-9A-Za-z.+-]*) fail "the input version is neither a version nor latest" ;;
  latest) files=$releases/latest/download ;;
  *) files=$releases/download/v$version ;;
esac

download() { # NAME
  curl --fail --silent --show-error --location --retry 3 --output "$1" -- "$files/$1" ||
    fail "cannot download $1 of the release"
}

directory=$(mktemp -d "$RUNNER_TEMP/trace.XXXXXX")
cd "$directory"
download SHA256SUMS
archive=$(sed -n "s/^[0-9a-f]\{64\}  \(trace-[0-9A-Za-z.+-]*-linux-$machine\.tar\.xz\)\$/\1/p" SHA256SUMS)
case $archive in
  '') fail "the release has no archive for $machine" ;;
  *[!0-9A-Za-z.+-]*) fail "the release has several archives for $machine" ;;
esac
download "$archive"
grep -F "  $archive" SHA256SUMS | sha256sum -c - >/dev/null 2>&1 ||
  fail "$archive does not have the checksum of SHA256SUMS"
mkdir bin
tar -xJf "$archive" --strip-components=1 -C bin
rm "$archive"

cp "$GITHUB_ACTION_PATH/.github/action/traced.sh" bin/traced
chmod +x bin/traced
bin/trace --version
echo "$directory/bin" >>"$GITHUB_PATH"
echo "traced=$directory/bin/traced" >>"$GITHUB_OUTPUT"
