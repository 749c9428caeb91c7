/* SPDX-License-Identifier: Apache-2.0 */
/* Finds where a capture filter goes wrong, which libpcap does not say. */
#ifndef SONDE_CAPTURE_FILTER_PLACE_H
#define SONDE_CAPTURE_FILTER_PLACE_H

#include <stddef.h>

/*
 * text is a filter that libpcap refused with message for frames of this DLT_ number. Sets *ret_at
 * and *ret_len to the part of text at fault, in bytes; at the end of the text, with length 0, when
 * something is missing there.
 */
void filter_place(const char *text, int dlt, const char *message, size_t *ret_at, size_t *ret_len);

#endif
