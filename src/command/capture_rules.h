/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of -a and -b: when a capture stops, and when it begins a new file. */
#ifndef SONDE_COMMAND_CAPTURE_RULES_H
#define SONDE_COMMAND_CAPTURE_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"
#include "base/option.h"

/* Limits; 0: there is none. */
struct capture_rules {
	nsec_t duration; /* of the capture, or of each file */
	uint64_t bytes;  /* of a file */
	uint64_t files;  /* in all, or kept */
	uint64_t packets;
	nsec_t interval; /* -b only: a new file at each multiple of it by the clock */
};

/*
 * Reads rules such as "duration:10" (seconds), "filesize:100" (units of 1000 bytes), "files:3",
 * "packets:500" and, where with_interval, "interval:3600". option is "-a" or "-b", for sentences.
 * 0, or -EINVAL with a sentence.
 */
int capture_rules_read(const struct option_list *list, const char *option, bool with_interval,
		       struct capture_rules *ret_rules, struct err *err);

#endif
