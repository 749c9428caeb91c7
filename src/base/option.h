/* SPDX-License-Identifier: Apache-2.0 */
/* Option rows: one const table gives the parser, --help, the man page and the completion. */
#ifndef SONDE_BASE_OPTION_H
#define SONDE_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/nsec.h"

/* What an option takes and what its field in the caller's struct is. */
enum option_kind {
	OPTION_FLAG,     /* no value; bool, becomes true; may be given again */
	OPTION_COUNTER,  /* no value; unsigned, one up each time; a digit sets it (-v3) */
	OPTION_TEXT,     /* const char *, points into argv or at the row's initial text */
	OPTION_NUMBER,   /* uint64_t, min <= value <= max */
	OPTION_DURATION, /* nsec_t; see option_duration() */
	OPTION_RATE,     /* double, events a second, > 0, "100" or "0.5", min <= value <= max */
	OPTION_LIST,     /* struct option_list; each use adds a value */
	OPTION_CALL,     /* no field: the row's call gets the caller's struct and the value */
	OPTION_KINDS
};

/* Values in the order typed. items is owned (option_done frees it), the texts are argv's. */
struct option_list {
	const char **items;
	size_t count;
};

/*
 * One option. Zero is the usual value of every member, so rows are written with designators.
 * A row needs a name or letters.
 */
struct option_row {
	const char *heading;  /* starts a group in --help; NULL = same group as the row above */
	const char *name;     /* long name without dashes; NULL when there is none (-sS) */
	const char *letters;  /* "p", "Pn", "iL"; further spellings after spaces ("Pn PN P0") */
	const char *argument; /* what help calls the value: "FILE"; "" or NULL = takes none */
	const char *help;     /* one sentence, without markup; NULL hides the row from help */
	const char *unit;     /* what a number counts, plural, for errors and help: "tries" */
	const char *initial;  /* value before parsing, as one would type it; shown in help too
				 (for FLAG, COUNTER, LIST and CALL only shown) */
	enum option_kind kind;
	const char *implied; /* TEXT: the value when none is attached (-PS, -PS22); such a row
				never takes the next argument */
	bool chained;        /* FLAG, two letters: the first one holds for what follows (-sSU) */
	size_t given;        /* 1 + offsetof() a bool that tells whether it was given; 0: none */
	bool again;          /* a single-valued option may be given again; the last one counts */
	size_t offset;       /* offsetof() the field */
	uint64_t min;        /* NUMBER: the unit; DURATION: nanoseconds; RATE: events a second */
	uint64_t max;        /* 0 = no upper limit */
	/* OPTION_CALL: value is NULL when argument is; 0 or a negative code with err filled. */
	int (*call)(void *into, const char *value, struct err *err);
};

/* Options of a related program that a command lacks: who types one learns what to do instead. */
struct option_absent {
	const char *spellings; /* without dashes, parted by blanks; "oN*": with anything attached */
	const char *instead;   /* the rest of the sentence, behind the option in quotes */
};

/* The options of one command. */
struct option_table {
	const char *command;  /* "sonde scan", for usage lines */
	const char *synopsis; /* what follows it: "[options] TARGET..." */
	const char *summary;  /* one sentence on the command */
	const struct option_row *rows;
	size_t row_count;
	const struct option_absent *absent; /* NULL: none */
	size_t absent_count;
	size_t operands;      /* offsetof() a struct option_list for what is not an option */
	bool stop_at_operand; /* everything from the first operand on is an operand */
};

/*
 * Reads argc arguments (argv[0] is the first one after the command's name) into the caller's
 * struct `into`, which must be zero where the table points; fields with an initial text are set
 * from it first. Spellings accepted:
 *   --name VALUE, --name=VALUE, unique beginnings (--pack), -name (whole names only, as Nmap);
 *   -p22, -p 22, -p=22; -PS, -PS22 where a value is implied; bundles -nv, -vv, -Pnv, -np22,
 *   -sSU where letters chain; -v3; "--" ends the options.
 * A value that follows as its own argument may not look like an option ("-e --reason"); "-" and
 * a dash with a digit ("-p -80") are values.
 *
 * Returns 0, or -EINVAL (-ENOMEM) with one sentence in err. Texts point into argv, which must
 * outlive `into`. Call option_done() in both cases.
 */
int option_parse(const struct option_table *table, int argc, char *const argv[], void *into,
		 struct err *err);

/* Frees the lists of a struct filled by option_parse(). Safe to call twice. */
void option_done(const struct option_table *table, void *into);

/*
 * Checks a table for mistakes of its author: a row without a spelling, a spelling used twice, a
 * help text that is no sentence, a value without an argument name, an initial text that does not
 * parse. For the unit test of each command. Returns 0 or -EINVAL with the sentence.
 */
int option_check(const struct option_table *table, struct err *err);

/* Writes the --help text: usage, summary, grouped options, at most 80 columns. */
void option_help(const struct option_table *table, struct buf *out);

/* Writes the man page's option section in troff (man macros), without the .SH line. */
void option_man(const struct option_table *table, struct buf *out);

/*
 * Writes the words bash may complete, one a line: "--name", "--name=" when it takes a value, and
 * each letter spelling with its dash.
 */
void option_words(const struct option_table *table, struct buf *out);

/*
 * Reads a duration as Nmap writes it: "200ms", "2s", "1m", "1.5h", "500us"; no unit means
 * seconds. True and *ret_time set, or false and untouched.
 */
bool option_duration(const char *text, nsec_t *ret_time);

#endif
