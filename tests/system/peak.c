// SPDX-License-Identifier: Apache-2.0
// Runs a command and writes what it took: "WALL_NS USER_US SYSTEM_US PEAK_KB" into a file.
//
// The peak is that of the command alone: this small program forks it, so no larger parent's
// memory is counted with it, as happens to whoever starts it from Python.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC    1000000000LL
#define USEC_PER_SEC    1000000LL
#define EXIT_NO_COMMAND 127

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

static long long usec(const struct timeval *t)
{
	return t->tv_sec * USEC_PER_SEC + t->tv_usec;
}

int main(int argc, char *argv[])
{
	struct rusage usage;
	long long begin = now();
	pid_t child;
	int status;
	FILE *out;

	if (argc < 3) {
		fputs("usage: peak FILE COMMAND...\n", stderr);
		return 2;
	}
	child = fork();
	if (!child) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(EXIT_NO_COMMAND);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0)
		return 1;
	out = fopen(argv[1], "w");
	if (!out)
		return 1;
	fprintf(out, "%lld %lld %lld %ld\n", now() - begin, usec(&usage.ru_utime),
		usec(&usage.ru_stime), usage.ru_maxrss);
	if (fclose(out))
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
