# Runs every case of the test program by its path, each in a directory of its own, in every mode.
program=$1
for how in plain async sqpoll deferred; do
  for case in $("$program"); do
    mkdir -p "$how/$case"
    (cd "$how/$case" && "$program" "$case" "$how")
  done
done
