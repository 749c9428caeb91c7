/* SPDX-License-Identifier: Apache-2.0 */
/* data/services.txt inside the program, put there by script/make-tables at build time. */
#ifndef SONDE_SCAN_SERVICE_TEXT_H
#define SONDE_SCAN_SERVICE_TEXT_H

#include <stddef.h>

/* Lines "name port/proto[/proto...]"; not NUL-ended. */
extern const char service_text[];
extern const size_t service_text_len;

#endif
