tar --xattrs -czf t.tgz tree
mkdir out
tar --xattrs -xpzf t.tgz -C out
tar -df t.tgz
