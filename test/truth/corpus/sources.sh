# Makes C files, of which main.c needs the others, and a Makefile.
for name in one two three four; do
  printf '#include <stdio.h>\nint %s(void) { return puts("%s"); }\n' $name $name >$name.c
done
cat >main.c <<'END'
int one(void), two(void), three(void), four(void);
int main(void) { return one() + two() + three() + four() < 0; }
END
printf 'main: main.o one.o two.o three.o four.o\n\tgcc -o $@ $^\n' >Makefile
printf '%%.o: %%.c\n\tgcc -O1 -g -c $<\n' >>Makefile
