# Makes a tree with links, holes, odd names and times, extended attributes and a FIFO.
mkdir -p tree/a/b tree/empty
for i in 1 2 3 4 5 6 7 8 9; do head -c "${i}0000" /dev/zero >tree/a/file$i; done
ln -s file1 tree/a/link
# In one directory: which of the names cp reads depends on the numbers of directories otherwise.
ln tree/a/file2 tree/a/hard
ln -s absent tree/dangling
mkfifo tree/fifo
printf odd >"tree/odd \"name\",$(printf '\nand \351')"
truncate -s 1M tree/hole
chmod 750 tree/a/file3
chown 12:34 tree/a/file4
touch -d @1 tree/a/file5
python3 -S -E -c 'import os; os.setxattr("tree/a/file6", "user.colour", b"red")'
