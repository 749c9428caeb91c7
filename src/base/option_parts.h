/* SPDX-License-Identifier: Apache-2.0 */
/* What the reading and the checking of options share. For src/base/option*.c only. */
#ifndef SONDE_BASE_OPTION_PARTS_H
#define SONDE_BASE_OPTION_PARTS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/option.h"

#define OPTION_ROWS_MAX     256
#define OPTION_SPELLING_MAX 64 /* bytes, dashes and the ending NUL included */

/* True for kinds that take a value. */
bool option_takes_value(const struct option_row *row);

/* True for kinds that hold one value: a second one would hide the first. */
bool option_is_single(const struct option_row *row);

/* Adds a value, which is not copied, to a list. 0, or -ENOMEM with a sentence. */
int option_list_add(struct option_list *list, const char *value, struct err *err);

/*
 * Puts one use of a row, spelled so, into the caller's struct. value is NULL when the row takes
 * none. 0, or a negative code with a sentence.
 */
int option_apply(const struct option_row *row, const char *spelling, const char *value, void *into,
		 struct err *err);

#endif
