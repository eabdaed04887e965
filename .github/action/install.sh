#!/bin/sh
# A step of action.yml: installs a release of trace in the temporary directory of the job, and adds trace
# and traced to PATH. Sets the output `traced`, the path of that script.
set -eu

fail() {
  echo "trace: $1" >&2
  exit 1
}

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

directory=$(mktemp -d "$RUNNER_TEMP/trace.XXXXXX")
PATH=$directory/bin:$PATH sh "$GITHUB_ACTION_PATH/src/install.sh" --from "$files" --prefix "$directory"
cp "$GITHUB_ACTION_PATH/.github/action/traced.sh" "$directory/bin/traced"
chmod +x "$directory/bin/traced"
printf "%s\n" "$directory/bin" >>"$GITHUB_PATH"
printf "%s\n" "traced=$directory/bin/traced" >>"$GITHUB_OUTPUT"
