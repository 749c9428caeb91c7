/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences on a page of 80 columns and 24 lines. */
#ifndef SONDE_REPORT_PAGE_H
#define SONDE_REPORT_PAGE_H

#include <stddef.h>

#include "base/buf.h"

#define PAGE_WIDTH 80
#define PAGE_LINES 24

/*
 * Appends text as lines of at most PAGE_WIDTH columns where its words allow: the first indented by
 * `first`, the rest by `others`.
 */
void page_wrap(struct buf *out, const char *text, unsigned first, unsigned others);

/* The same with all that text holds, which is then empty; that memory ran out for it is noted in out. */
void page_flush(struct buf *out, struct buf *text, unsigned first, unsigned others);

/*
 * The same within `width` columns, where each line but the first begins with lead, which is not
 * counted.
 */
void page_wrap_beside(struct buf *out, const char *text, size_t width, const char *lead);

/* How many lines a text has. */
size_t page_lines(const struct buf *text);

#endif
