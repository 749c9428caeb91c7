/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever bytes as JSON strings (RFC 8259), which are also safe to show on a terminal. */
#ifndef SONDE_BASE_JSON_TEXT_H
#define SONDE_BASE_JSON_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends bytes as the inside of a JSON string. What text_escape() would not let pass is escaped,
 * characters as \uNNNN and each byte that is no UTF-8 as \u00NN.
 */
void json_text(struct buf *out, const char *text, size_t len);

/* The same with its quotation marks. */
void json_string(struct buf *out, const char *text, size_t len);

#endif
