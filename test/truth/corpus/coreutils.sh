touch a
touch -d @5 a b
truncate -s 9 a
install -D -m 711 a d/e/f
ln -s a s
ln a h
mv -T s t
mkdir -m 700 -p x/y/z
mknod n c 1 3
mkfifo p
chown -h 1:2 t
chown 3:4 a
chgrp -R 5 d
chmod -R o-rwx d
stat -f . && stat a t
cd x
rmdir -p y/z
pwd -P
cd ..
realpath t
dd if=a of=o bs=1 count=3 status=none conv=notrunc
cp --sparse=always a q
mktemp -d ./tmp.XXXXXX
sort -T . a
split -b 4 a
df .
du -s .
chroot d true || :
rm -rf d x ./tmp.*
