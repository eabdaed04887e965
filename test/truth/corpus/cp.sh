cp -a tree copy
cp -al tree links
mv copy moved
rm -r moved tree
