# Makes a git repository with a history.
git init -q from
cd from
for i in 1 2 3 4 5 6 7 8; do
  mkdir -p "d$i"
  echo "$i" >"d$i/f"
  git add .
  git -c user.name=t -c user.email=t@example.org commit -qm "$i"
done
