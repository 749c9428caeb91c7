/* SPDX-License-Identifier: Apache-2.0 */
/* The Internet Message Access Protocol (RFC 9051): tagged lines. */
#ifndef SONDE_PROTO_IMAP_H
#define SONDE_PROTO_IMAP_H

#include "proto/registry.h"

extern const struct dissector imap_dissector;

#endif
