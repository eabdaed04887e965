#!/bin/sh
# A step of action.yml: runs the command under trace, and exits with its status. Sets the outputs
# record, summary, verdict and status.
set -u

is_true() { # NAME VALUE
  case $2 in
    true) return 0 ;;
    false) return 1 ;;
  esac
  echo "trace: the input $1 is neither true nor false" >&2
  exit 2
}
output() { # NAME VALUE
  printf "%s=%s\n" "$1" "$2" >>"$GITHUB_OUTPUT"
}

work=$(mktemp -d "$RUNNER_TEMP/trace-record.XXXXXX") || exit
record=$work/run.trace
page=$work/summary.md
# shellcheck disable=SC2153 # of the step, not misspelt
traced=$TRACED
trace=$(dirname -- "$traced")/trace
printf '%s\n' "$INPUT_COMMAND" >"$work/command.sh"

set -- --output "$record" "--summary=markdown:$page"
[ -z "$INPUT_EVENTS" ] || set -- "$@" "--events=$INPUT_EVENTS"
! is_true require-complete "$INPUT_REQUIRE_COMPLETE" || set -- "$@" --require-complete
has_page=
! is_true summary "$INPUT_SUMMARY" || has_page=1
has_artifact=$INPUT_ARTIFACT
unset INPUT_ARTIFACT INPUT_COMMAND INPUT_EVENTS INPUT_REQUIRE_COMPLETE INPUT_SUMMARY TRACED

"$traced" "$@" -- bash --noprofile --norc -eo pipefail "$work/command.sh"
status=$?
output status "$status"
[ -s "$record" ] || exit "$status"

if "$trace" summary --require-complete --format "json:$work/summary.json" "$record" 2>/dev/null; then
  output verdict complete
else
  output verdict incomplete
fi
output record "$record"
output summary "$work/summary.json"

# The page of a step may have 1 MiB.
if [ -n "$has_page" ] && [ -s "$page" ]; then
  if [ "$(wc -c <"$page")" -lt 1000000 ]; then
    cat "$page" >>"$GITHUB_STEP_SUMMARY"
  else
    echo "The summary is too long for this page.${has_artifact:+ It is in the artifact.}" \
      >>"$GITHUB_STEP_SUMMARY"
  fi
fi
exit "$status"
