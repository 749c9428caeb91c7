/* SPDX-License-Identifier: Apache-2.0 */
/* Opens one capture file after another for a program that has given up its rights. */
#ifndef SONDE_COMMAND_FILE_BROKER_H
#define SONDE_COMMAND_FILE_BROKER_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct file_broker;

struct file_broker_options {
	/* The user's: "DIR/scan.pcapng" gives "DIR/scan_00001_20261123101500.pcapng". */
	const char *path;
	size_t keep; /* so many of the newest files are kept, older ones removed; 0: all */
};

/*
 * Starts the process that opens the files. Call it first of all: while there is one thread, before
 * any socket is open and while this program still has the user's rights. 0 and *ret_broker, or
 * -errno with a sentence.
 */
int file_broker_start(const struct file_broker_options *options, struct file_broker **ret_broker,
		      struct err *err);

/*
 * Asks for the next file, which is new and empty; waits for it. *ret_fd is then the caller's and
 * path holds its name (cleared before). 0, or a negative code with a sentence.
 */
int file_broker_next(struct file_broker *broker, int *ret_fd, struct buf *path, struct err *err);

/* Ends the process; files stay. NULL is fine. */
void file_broker_stop(struct file_broker *broker);

#endif
