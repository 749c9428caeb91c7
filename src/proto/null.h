/* SPDX-License-Identifier: Apache-2.0 */
/* BSD loopback headers: four bytes that name an address family (LINKTYPE_NULL, LINKTYPE_LOOP). */
#ifndef SONDE_PROTO_NULL_H
#define SONDE_PROTO_NULL_H

#include <stdint.h>

#include "proto/registry.h"
#include "wire/cursor.h"

/*
 * Reads the family and returns the EtherType it stands for; 0 when it stands for none. The writer
 * of LINKTYPE_NULL used its own byte order, so both are tried; LINKTYPE_LOOP is the same header in
 * network order.
 */
uint16_t null_read(struct cursor *c);

extern const struct dissector null_dissector;

#endif
