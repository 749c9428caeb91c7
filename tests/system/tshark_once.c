// SPDX-License-Identifier: Apache-2.0
// Makes one tshark answer for many files: preloaded into it, a fork for each.
//
// Theory of operation. Nine tenths of a short tshark's time go into telling its three thousand
// protocols to each other, the same work each time. The first things it does with its arguments
// after that are compiling the filter and opening the capture; whichever comes first is the place
// where jobs are read from standard input instead, one a line: "FILTER\tCAPTURE\tOUTPUT". For
// each the process forks; the child uses the job's filter and capture in place of the arguments,
// turns its standard output into OUTPUT, and goes on as if nothing had happened. The parent writes
// the child's exit status as a line and takes the next. What a child prints is what that tshark
// would have printed, since it is that tshark.
//
// Nobody includes this file: it has no header, and the two functions are tshark's to call.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOB_MAX 65536

typedef int compile_fn(const char *text, void **filter, char **error, const char *caller, int save,
		       int optimize);
typedef void *open_fn(const char *name, unsigned type, int *error, char **info, int random);

compile_fn dfilter_compile_real;
open_fn wtap_open_offline;

/* The job of this process, once it is a child. */
static char job[JOB_MAX];
static const char *job_filter;
static const char *job_capture;

static void *real_function(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		_exit(EXIT_FAILURE);
	return found;
}

/* In the child: takes up its job. */
static void begin_job(void)
{
	char *rest = job;
	char *filter = strsep(&rest, "\t");
	char *capture = strsep(&rest, "\t");
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (!rest || in < 0 || dup2(in, STDIN_FILENO) < 0 || !freopen(rest, "w", stdout))
		_exit(EXIT_FAILURE);
	job_filter = filter;
	job_capture = capture;
}

/* Returns in a child with its job; the parent leaves when there are no more. */
static void serve(void)
{
	int status;
	pid_t child;

	if (job_capture)
		return;
	while (fgets(job, sizeof(job), stdin)) {
		job[strcspn(job, "\n")] = '\0';
		child = fork();
		if (child == 0) {
			begin_job();
			return;
		}
		if (child < 0 || waitpid(child, &status, 0) < 0)
			_exit(EXIT_FAILURE);
		printf("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		fflush(stdout);
	}
	_exit(EXIT_SUCCESS);
}

int dfilter_compile_real(const char *text, void **filter, char **error, const char *caller,
			 int save, int optimize)
{
	compile_fn *real;
	void *found = real_function("dfilter_compile_real");

	memcpy(&real, &found, sizeof(real)); /* POSIX: dlsym() gives functions as objects */
	(void)text;
	serve();
	return real(job_filter, filter, error, caller, save, optimize);
}

void *wtap_open_offline(const char *name, unsigned type, int *error, char **info, int random)
{
	open_fn *real;
	void *found = real_function("wtap_open_offline");

	memcpy(&real, &found, sizeof(real));
	(void)name;
	serve();
	return real(job_capture, type, error, info, random);
}
