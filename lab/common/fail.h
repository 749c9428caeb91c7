// SPDX-License-Identifier: Apache-2.0
/* One-sentence errors for the lab's programs. */
#ifndef SONDE_LAB_COMMON_FAIL_H
#define SONDE_LAB_COMMON_FAIL_H

enum { FAIL_SIZE = 256 };

/* A sentence for a person; empty while nothing failed. */
struct fail {
	char text[FAIL_SIZE];
};

/* Writes the sentence FMT into F and returns -1, so that callers can return it. */
int fail_set(struct fail *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
