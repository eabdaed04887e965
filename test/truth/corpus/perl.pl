use POSIX;
use File::Find;
use File::Temp;
use Storable;
mkdir "d", 0750;
for (1 .. 5) { open my $file, ">", "d/f$_" or die; print $file $_ }
rename "d/f1", "d/g1";
link "d/g1", "d/h1";
symlink "g1", "d/s1";
readlink "d/s1";
chmod 0600, glob "d/f*";
utime 1, 2, "d/f2";
truncate "d/f3", 0;
unlink "d/f4", "absent";
chown 1, 2, "d/f5";
find(sub { -e && -r }, "d");
store { a => 1 }, "d/store";
POSIX::mkfifo("d/fifo", 0600);
rmdir "d";
chdir "d";
-e "g1" or die;
chdir "..";
my $temporary = File::Temp->new(DIR => ".");
print $temporary "x", `cat d/g1 | tr 1 2`;
for (1 .. 3) {
    next if fork;
    -e "d/$_";
    exec "cat", "/dev/null" if $_ > 1;
    POSIX::_exit($_);
}
1 while wait > 0;
