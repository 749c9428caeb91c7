/* SPDX-License-Identifier: Apache-2.0 */
/* The Simple Mail Transfer Protocol (RFC 5321): commands and replies. */
#ifndef SONDE_PROTO_SMTP_H
#define SONDE_PROTO_SMTP_H

#include "proto/registry.h"

extern const struct dissector smtp_dissector;

#endif
