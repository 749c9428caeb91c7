/* SPDX-License-Identifier: Apache-2.0 */
/* A header's Internet checksum as three fields: the value, whether it is right, a remark if not. */
#ifndef SONDE_PROTO_VERIFY_H
#define SONDE_PROTO_VERIFY_H

#include "proto/dissect.h"

/* Where a protocol says its checksum: FIELD_ID()s. */
struct verify_fields {
	uint16_t value;
	uint16_t status;
	uint16_t expert;
};

/*
 * Reads the two bytes of the checksum at c, with its status behind it. sum is checksum_add() over
 * everything it covers, itself included; known is false when some of that was not captured.
 */
void say_checksum(struct dissect *d, struct cursor *c, const struct verify_fields *fields,
		  uint32_t sum, bool known);

/* Adds all that is left of c to a checksum; *ret_known: whether all of it is held. */
uint32_t verify_sum(const struct cursor *c, uint32_t sum, bool *ret_known);

#endif
