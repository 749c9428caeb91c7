/* SPDX-License-Identifier: Apache-2.0 */
/* Text within XML, as tshark writes it. */
#ifndef SONDE_REPORT_XML_TEXT_H
#define SONDE_REPORT_XML_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends len bytes with &, <, >, " and ' as entities, for an element or an attribute. The text
 * must already be safe for a terminal (text_escape_bytes()), so that XML may hold it.
 */
void xml_text(struct buf *out, const char *text, size_t len);

#endif
