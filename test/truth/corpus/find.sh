find /usr/include tree -newer tree/a/file5 -name '*.h' -size +20k
find tree -type f -exec grep -l x {} + || :
find tree -name 'file*' -execdir chmod g-w {} \; -o -type l -printf '%l\n' -o -empty -delete
