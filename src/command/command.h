/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of the program, one function each, and the exit statuses they share. */
#ifndef SONDE_COMMAND_COMMAND_H
#define SONDE_COMMAND_COMMAND_H

/* Documented in the manual pages (man/make_man.c). */
enum exit_status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,      /* the work was done in part: a file is damaged or short */
	STATUS_USAGE = 2,       /* wrong options, targets or files: nothing, or not all, was done */
	STATUS_INTERRUPTED = 3, /* stopped by Ctrl-C or a signal; what is known was printed */
};

/*
 * Runs a command. argv[0] is the first argument after the command's name. Prints to standard
 * output and errors to standard error; returns an exit status.
 */
typedef int command_fn(int argc, char *const argv[]);

/* The options of each command: parser, --help, manual page and completion come from them. */
struct option_table;
extern const struct option_table scan_option_table;
extern const struct option_table explain_option_table;
extern const struct option_table read_option_table;
extern const struct option_table capture_option_table;
extern const struct option_table watch_option_table;

int command_scan(int argc, char *const argv[]);
int command_explain(int argc, char *const argv[]);
int command_read(int argc, char *const argv[]);
int command_capture(int argc, char *const argv[]);
int command_watch(int argc, char *const argv[]);

/* What "sonde NAME" runs, and says of itself in the usage and the manual page: no full stop. */
struct command {
	const char *name;
	command_fn *run;
	const struct option_table *options;
	const char *summary;
};

/* In the order of the usage; a row without a name ends it. */
extern const struct command commands[];

#endif
