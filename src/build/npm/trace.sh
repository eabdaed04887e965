#!/bin/sh
# Replaces itself by the executable, which is in the package for this machine's architecture.
case $(uname -sm) in
  "Linux x86_64") name=trace-linux-x64 ;;
  "Linux aarch64") name=trace-linux-arm64 ;;
  *)
    echo "trace: no executable for $(uname -sm): trace runs on Linux on x64 and arm64 only" >&2
    exit 125
    ;;
esac
directory=$(dirname -- "$(readlink -f -- "$0")")
until [ -x "$directory/node_modules/@trace-tool/$name/trace" ]; do
  if [ "$directory" = / ]; then
    echo "trace: the package @trace-tool/$name is not installed;" \
      "install the optional dependencies of @trace-tool/trace" >&2
    exit 125
  fi
  directory=$(dirname -- "$directory")
done
exec "$directory/node_modules/@trace-tool/$name/trace" "$@"
