#!/bin/sh
# Runs a command under trace exec, by sudo if that needs no password, in the environment of the caller:
#
#   traced [OPTION… --] COMMAND [ARG…]
#
# Without options, the summary is appended to the page of the job. sudo replaces or removes variables
# such as PATH and PYTHONPATH. The command takes all from /proc, and not from its arguments, because
# they would be in the record, with the secrets among them.
set -eu

trace=$(dirname -- "$(readlink -f -- "$0")")/trace
case ${1-} in
  -*) ;;
  *) set -- --summary=github -- "$@" ;;
esac

if [ "$(id -u)" = 0 ] || ! sudo -n -E true 2>/dev/null; then
  exec "$trace" exec "$@"
fi

# shellcheck disable=SC2016 # expanded by the shell that it is for
restore='unset SUDO_COMMAND SUDO_GID SUDO_HOME SUDO_UID SUDO_USER
while IFS= read -r -d "" variable; do export "$variable"; done <"/proc/$0/environ" 2>&-
exec "$@"'
is_command=
for argument; do
  shift
  set -- "$@" "$argument"
  if [ -z "$is_command" ] && [ "$argument" = -- ]; then
    is_command=1
    set -- "$@" bash -c "$restore" "$$"
  fi
done
# Without exec: the environment in /proc would become that of sudo, which only root may read.
sudo -n -E "$trace" exec "$@"
