/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a text is JSON (RFC 8259), to the byte: for outputs that must be it whatever they hold. */
#ifndef SONDE_TESTS_FUZZ_JSON_CHECK_H
#define SONDE_TESTS_FUZZ_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* One value with blanks around it, strings in UTF-8, nested at most 512 deep. */
bool json_check(const char *text, size_t len);

#endif
