rsync -aHX --delete tree/ copy
echo x >>tree/a/file1
rm tree/a/file7
rsync -aHXv --delete tree/ copy
