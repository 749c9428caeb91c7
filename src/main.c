// SPDX-License-Identifier: Apache-2.0
// sonde: a walk over the table of commands.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "command/command.h"
#include "command/print.h"

static void usage(struct buf *out)
{
	buf_puts(out, "Usage: sonde COMMAND [options]\n\n");
	for (const struct command *c = commands; c->name; c++)
		buf_printf(out, "  %-10s%s\n", c->name, c->summary);
	buf_puts(out, "\nEach command has --help. sonde --version prints the version.\n");
}

/* What was asked of the program itself. */
static enum exit_status say(void (*write)(struct buf *out))
{
	struct buf out = {0};
	enum exit_status status;

	write(&out);
	status = print_text(&out);
	buf_done(&out);
	return status;
}

static void version(struct buf *out)
{
	buf_puts(out, "sonde " SONDE_VERSION "\n");
}

static enum exit_status refuse_silence(void)
{
	struct buf out = {0};

	usage(&out);
	fputs(buf_text(&out), stderr);
	buf_done(&out);
	return STATUS_USAGE;
}

static enum exit_status refuse(const char *word)
{
	const char *nearest = commands->name;
	char safe[64];

	for (const struct command *c = commands; c->name; c++) {
		if (text_distance(word, c->name) < text_distance(word, nearest))
			nearest = c->name;
	}
	text_escape(safe, sizeof(safe), word);
	fprintf(stderr, "sonde: there is no command \"%s\"; did you mean \"sonde %s\"?\n", safe,
		nearest);
	return STATUS_USAGE;
}

/* Whoever closed a standard stream shall not find our messages in the next file we open. */
static int hold_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return -1;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	char help_word[] = "--help";
	char *const help[] = {help_word, NULL};
	const char *word;
	bool about;

	if (hold_standard_streams())
		return STATUS_FAILED;
	if (argc < 2)
		return refuse_silence();
	about = !strcmp(argv[1], "help") && argc > 2; /* "sonde help scan" */
	word = argv[1 + about];
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help"))
		return say(usage);
	if (!strcmp(argv[1], "--version"))
		return say(version);
	for (const struct command *c = commands; c->name; c++) {
		if (!strcmp(word, c->name))
			return about ? c->run(1, help) : c->run(argc - 2, argv + 2);
	}
	return refuse(word);
}
