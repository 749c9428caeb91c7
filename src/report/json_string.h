/* SPDX-License-Identifier: Apache-2.0 */
/* Text from anywhere as a JSON string. */
#ifndef SONDE_REPORT_JSON_STRING_H
#define SONDE_REPORT_JSON_STRING_H

#include <stddef.h>

#include "base/buf.h"

/* Appends len bytes as a JSON string, quotes included; bytes that are no UTF-8 become \u00XX. */
void json_string(struct buf *out, const char *text, size_t len);

/* The inside of such a string, of text that is UTF-8. */
void json_text(struct buf *out, const char *text, size_t len);

#endif
