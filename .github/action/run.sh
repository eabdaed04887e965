#!/bin/sh
# A step of action.yml: runs the command under trace, judges it by a lock file if there is one, and
# exits with its status or that of trace check. Sets the outputs record, summary, report, lock, verdict
# and status.
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

# Judges the record by a lock file. Where there is none yet, writes one of what the command did.
judge() { # LOCK
  if [ -e "$1" ]; then
    "$trace" check "--lock=$1" --format github "$record"
    return
  fi
  "$trace" lock "--output=$1" "$record" || return
  cp -- "$1" "$work/trace.lock" && output lock "$work/trace.lock"
  echo "trace: $1 is new; commit it, so that later runs are judged by it" >&2
}
# The same for a pull request: by the lock file of its base branch, which it cannot change.
judge_by_base() { # LOCK
  git fetch --quiet --depth=1 origin "refs/heads/$GITHUB_BASE_REF" &&
    git show "FETCH_HEAD:./$1" >"$work/base.lock" || {
    echo "trace: $GITHUB_BASE_REF has no $1, by which this pull request could be judged" >&2
    return 2
  }
  [ ! -e "$1" ] || mv -- "$1" "$work/own.lock"
  cp -- "$work/base.lock" "$1"
  judge "$1"
  judged=$?
  rm -f -- "$1"
  [ ! -e "$work/own.lock" ] || mv -- "$work/own.lock" "$1"
  return "$judged"
}

work=$(mktemp -d "$RUNNER_TEMP/trace-record.XXXXXX") || exit
record=$work/run.trace
page=$work/summary.md
# shellcheck disable=SC2153 # of the step, not misspelt
traced=$TRACED
trace=$(dirname -- "$traced")/trace
# In the directory for temporary files, by which a lock file knows it.
script=$(mktemp "${TMPDIR:-/tmp}/trace-command.XXXXXX") || exit
trap 'rm -f -- "$script"' EXIT
printf '%s\n' "$INPUT_COMMAND" >"$script"

set -- --output "$record" "--summary=markdown:$page"
[ -z "$INPUT_EVENTS" ] || set -- "$@" "--events=$INPUT_EVENTS"
! is_true require-complete "$INPUT_REQUIRE_COMPLETE" || set -- "$@" --require-complete
has_page=
! is_true summary "$INPUT_SUMMARY" || has_page=1
has_report=
! is_true report "$INPUT_REPORT" || has_report=1
has_artifact=$INPUT_ARTIFACT
lock=$INPUT_LOCK
unset INPUT_ARTIFACT INPUT_COMMAND INPUT_EVENTS INPUT_LOCK INPUT_REPORT INPUT_REQUIRE_COMPLETE
unset INPUT_SUMMARY TRACED

"$traced" "$@" -- bash --noprofile --norc -eo pipefail "$script"
status=$?
[ -s "$record" ] || {
  output status "$status"
  exit "$status"
}
if [ -n "$lock" ]; then
  if [ -n "${GITHUB_BASE_REF-}" ]; then judge_by_base "$lock"; else judge "$lock"; fi
  judged=$?
  [ "$status" != 0 ] || status=$judged
fi
output status "$status"

if "$trace" summary --require-complete --format "json:$work/summary.json" "$record" 2>/dev/null; then
  output verdict complete
else
  output verdict incomplete
fi
output record "$record"
output summary "$work/summary.json"
if [ -n "$has_report" ]; then
  "$trace" report -o "$work/report.html" "$record" && output report "$work/report.html"
fi

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
