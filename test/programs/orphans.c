// Leaves stopped processes without a leader of their group, which the kernel sends SIGHUP then.
#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void lead(void)
{
	setpgid(0, 0);
	pid_t member = fork();
	if (member == 0) {
		raise(SIGSTOP);
		_exit(1);
	}
	if (waitpid(member, NULL, WUNTRACED) != member)
		err(1, "waitpid");
	_exit(0);
}

int main(int argc, char **argv)
{
	for (int left = argc > 1 ? atoi(argv[1]) : 1; left > 0; left--) {
		int group[2];
		char byte;
		if (pipe(group) < 0)
			err(1, "pipe");
		pid_t leader = fork();
		if (leader == 0)
			lead();
		close(group[1]);
		if (waitpid(leader, NULL, 0) != leader)
			err(1, "waitpid");
		// All of the group are gone at the end of the pipe.
		if (read(group[0], &byte, 1) != 0)
			err(1, "read");
		close(group[0]);
	}
}
