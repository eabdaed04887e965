git clone -q from to
cd to
echo more >d1/f
git status --short
git diff --stat
git -c user.name=t -c user.email=t@example.org commit -qam more
git log --oneline
git gc -q
git fsck
