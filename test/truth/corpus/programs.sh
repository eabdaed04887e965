# Runs the test programs from their directory: all kinds of descendants, odd names, interrupted opens.
programs=$1
for kind in fork vfork spawn thread threadexec leader daemon chain; do
  "$programs/tree" $kind 5
done
"$programs/interrupted"
"$programs/names"
"$programs/toolong"
"$programs/nonresident" 50
