// SPDX-License-Identifier: Apache-2.0
// sonde: a walk over the table of commands.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command/command.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	command_fn *run;
	const char *summary;
} commands[] = {
	{"scan", command_scan, "scan the ports of hosts and record every packet"},
	{"explain", command_explain, "say why each verdict, by which packets"},
	{"read", command_read, "show the packets of a capture file"},
	{"capture", command_capture, "capture packets and show what kinds come in"},
	{"watch", command_watch, "run a scanner, capture around it, and say what it did"},
};

static void print_usage(FILE *to)
{
	fputs("Usage: sonde COMMAND [options]\n\n", to);
	for (size_t i = 0; i < COUNT(commands); i++)
		fprintf(to, "  %-10s%s\n", commands[i].name, commands[i].summary);
	fputs("\nEach command has --help. sonde --version prints the version.\n", to);
}

static int refuse(const char *word)
{
	const char *nearest = commands[0].name;
	char safe[64];

	for (size_t i = 1; i < COUNT(commands); i++) {
		if (text_distance(word, commands[i].name) < text_distance(word, nearest))
			nearest = commands[i].name;
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
	if (hold_standard_streams())
		return STATUS_FAILED;
	if (argc < 2) {
		print_usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_usage(stdout);
		return STATUS_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("sonde " SONDE_VERSION);
		return STATUS_OK;
	}
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 2, argv + 2);
	}
	return refuse(argv[1]);
}
