/* SPDX-License-Identifier: Apache-2.0 */
/* One sentence about what failed, carried up from where it is known to where it is printed. */
#ifndef SONDE_BASE_ERR_H
#define SONDE_BASE_ERR_H

/* Longest error sentence in bytes, the ending NUL included. Longer ones are cut. */
#define ERR_TEXT_MAX 512

/*
 * Filled by functions that return a negative code when the user could act on the failure.
 * Initialise with `struct err err = {0};`; text is empty until something failed.
 */
struct err {
	char text[ERR_TEXT_MAX];
};

/*
 * Writes a whole sentence into err (which may be NULL) and returns code, so that a caller can
 * write `return err_set(err, -ENOENT, "...")`. code is negative: -errno, or -1 where none fits.
 * Bytes that are not printable ASCII or valid UTF-8 are escaped as \xNN.
 */
int err_set(struct err *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
