# Runs the test programs from their directory: all kinds of descendants, odd names, interrupted opens,
# look-ups, mounts, files without a name.
programs=$1
for kind in fork vfork spawn thread threadexec leader daemon chain; do
  "$programs/tree" $kind 5
done
"$programs/interrupted"
"$programs/names"
"$programs/toolong"
"$programs/nonresident" 50
mkdir looks
(cd looks && "$programs/lookups")
"$programs/tmpfile" self thread pid dev empty reopen drop
