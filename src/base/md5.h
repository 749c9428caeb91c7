/* SPDX-License-Identifier: Apache-2.0 */
/* MD5 (RFC 1321): only for the fingerprints of hellos (JA3, HASSH), which are defined by it. */
#ifndef SONDE_BASE_MD5_H
#define SONDE_BASE_MD5_H

#include <stddef.h>

#define MD5_TEXT_SIZE 33

/* The digest of len bytes in hexadecimal; returns out. */
const char *md5_text(const void *bytes, size_t len, char out[static MD5_TEXT_SIZE]);

#endif
