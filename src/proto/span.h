/* SPDX-License-Identifier: Apache-2.0 */
/* A number of seconds in words, as Wireshark writes lifetimes. */
#ifndef SONDE_PROTO_SPAN_H
#define SONDE_PROTO_SPAN_H

#include <stdint.h>

#define SPAN_TEXT_MAX 64

/* "1 day, 22 hours, 45 minutes, 7 seconds"; returns out. */
const char *span_text(uint32_t seconds, char out[static SPAN_TEXT_MAX]);

#endif
