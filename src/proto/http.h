/* SPDX-License-Identifier: Apache-2.0 */
/* The Hypertext Transfer Protocol, version 1 (RFC 9112): start line and headers. */
#ifndef SONDE_PROTO_HTTP_H
#define SONDE_PROTO_HTTP_H

#include "proto/registry.h"

extern const struct dissector http_dissector;

#endif
