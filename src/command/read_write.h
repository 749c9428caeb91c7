/* SPDX-License-Identifier: Apache-2.0 */
/* The file that `sonde read -w` writes. */
#ifndef SONDE_COMMAND_READ_WRITE_H
#define SONDE_COMMAND_READ_WRITE_H

#include <stdbool.h>

#include "base/err.h"
#include "capture/capture.h"
#include "capture/copy.h"

/* Start with zero, which writes nothing. */
struct read_write {
	const char *name;  /* as asked for; NULL: no file */
	struct copy *copy; /* NULL until read_write_open() */
	int fd;
};

/*
 * Creates or empties the file `name` ("-": standard output) as output_file_open() does, but never
 * the one that is being read through the descriptor input. 0, or a negative code and a sentence.
 */
int read_write_open(struct read_write *w, const char *name, int input, bool as_pcap,
		    struct err *err);

/* Ends the file: 0, or a negative code and a sentence when it could not be written whole. */
int read_write_finish(struct read_write *w, const struct capture *from, struct err *err);

/* Closes; safe when nothing was opened. */
void read_write_done(struct read_write *w);

#endif
