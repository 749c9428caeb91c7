/* SPDX-License-Identifier: Apache-2.0 */
/* Capture filters in tcpdump's language on the frames of a file, by libpcap. */
#ifndef SONDE_CAPTURE_CAPTURE_FILTER_H
#define SONDE_CAPTURE_CAPTURE_FILTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "packet/frame.h"

struct capture_filter;

/* A filter of this text, copied. NULL and a sentence when memory ran out. */
struct capture_filter *capture_filter_new(const char *text, struct err *err);

/* Frees it; NULL is fine. */
void capture_filter_free(struct capture_filter *filter);

/*
 * Compiles the text for a link type unless that was done: 0, or -EINVAL and a sentence with
 * libpcap's words. A file whose interfaces differ in link type needs a program for each.
 */
int capture_filter_compile(struct capture_filter *filter, enum link_type link, struct err *err);

/*
 * Appends the text and, under it, a mark where capture_filter_compile() last failed; nothing when
 * it did not fail, or there is no filter (NULL).
 */
void capture_filter_point(const struct capture_filter *filter, struct buf *out);

/* The program for a link type that it was compiled for, else NULL; lives as long as the filter. */
struct bpf_program;
const struct bpf_program *capture_filter_program(struct capture_filter *filter,
						 enum link_type link);

/* Whether it was compiled for any link type yet. */
bool capture_filter_tried(const struct capture_filter *filter);

/*
 * -EINVAL and a sentence when no frame of any link type met could ever pass ("arp" of raw IP);
 * else 0. One such link type among others is no fault of the filter.
 */
int capture_filter_useless(const struct capture_filter *filter, struct err *err);

/* Whether a frame passes: 1, 0, or the failure of capture_filter_compile() for its link type. */
int capture_filter_match(struct capture_filter *filter, const struct frame *frame, struct err *err);

#endif
