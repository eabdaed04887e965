gcc -c ./*.c
ar rc lib.a one.o two.o three.o four.o
ld -r -o all.o main.o lib.a
ld -shared -o all.so one.o two.o
strip all.so
nm all.o
