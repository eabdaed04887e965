/* `exits exit N` exits with status N, `exits signal N` dies of signal N. */
#define _GNU_SOURCE
#include "truth.h"

#include <signal.h>
#include <sys/resource.h>

int main(int argc, char **argv)
{
	must(argc == 3, "exit N | signal N");
	int number = atoi(argv[2]);
	if (strcmp(argv[1], "exit") == 0)
		_exit(number);
	struct rlimit no_core = { 0, 0 };
	setrlimit(RLIMIT_CORE, &no_core);
	signal(number, SIG_DFL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	kill(getpid(), number);
	return 1;
}
