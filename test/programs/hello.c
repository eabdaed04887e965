// The example of the README: creates hello.txt itself, then has another process create heya.txt.
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int fd = open("hello.txt", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0664);
  if (fd < 0 || write(fd, "hello", 5) != 5 || close(fd)) {
    perror("hello.txt");
    return 1;
  }
  pid_t child = fork();
  if (child == 0) {
    execl("/bin/bash", "bash", "-c", "echo 'heya' > heya.txt", (char *)NULL);
    perror("/bin/bash");
    _exit(127);
  }
  int status;
  return waitpid(child, &status, 0) != child || status != 0;
}
