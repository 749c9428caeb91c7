/* SPDX-License-Identifier: Apache-2.0 */
/* The Real-time Transport Protocol (RFC 3550): the header, and the names of payload types. */
#ifndef SONDE_PROTO_RTP_H
#define SONDE_PROTO_RTP_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/announce.h"
#include "proto/registry.h"

#define RTP_TYPE_MAX       127
#define RTP_TYPE_TEXT_MAX  64
#define RTP_NAME_MAX       32    /* of a name that a call gives to a type, with its NUL */
#define RTP_SEQUENCE_FIRST 65536 /* numbers are counted on from here, so that none is negative */

/* The name of a payload type by RFC 3551 s. 6; returns out. */
const char *rtp_type_text(uint8_t type, char out[static RTP_TYPE_TEXT_MAX]);

/* Keeps a call's name for a type, if there is room; a later one for the same type counts. */
void rtp_names_add(struct announced_rtp *names, uint8_t type, const uint8_t *name, uint32_t len);

/* The name of a type in this call; false when it has none. */
bool rtp_names_find(const struct announced_rtp *names, uint8_t type,
		    char ret_name[static RTP_NAME_MAX]);

/*
 * Says which frame announced this stream of RTP or RTCP: the fields are those of the protocol that
 * speaks. call: its call's id, too.
 */
void rtp_say_setup(struct dissect *d, const struct announced *a, const uint16_t ids[static 3],
		   bool call);

extern const struct dissector rtp_dissector;

#endif
