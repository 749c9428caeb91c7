/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which conversations were announced, and what their protocols keep of them; see proto/announce.h.
 *
 * Theory of operation. Announcements are found by their place, so a packet looks in two sets: that
 * of its receiver and that of its sender. The table is of fixed size, in sets of
 * ANNOUNCEMENTS_WAYS by a keyed hash of the place; in a full set the one longest not asked for
 * gives way. Its memory is taken when the first one comes. Before any set two bits are looked at,
 * those of both ports: a capture in which nothing was announced for them pays no more.
 */
#ifndef SONDE_PACKET_ANNOUNCEMENTS_H
#define SONDE_PACKET_ANNOUNCEMENTS_H

#include "proto/announce.h"

#define ANNOUNCEMENTS_SETS 512
#define ANNOUNCEMENTS_WAYS 8

struct announcements;

/* NULL when memory ran out. */
struct announcements *announcements_new(void);
void announcements_free(struct announcements *a);

/* Forgets everything: the capture comes a second time. */
void announcements_clear(struct announcements *a);

/* Takes note; without memory nothing happens. */
void announcements_add(struct announcements *a, const struct announcement *announcement);

/* One packet with payload. */
struct announcement_query {
	uint8_t transport;
	const struct addr *source;
	const struct addr *destination;
	uint16_t source_port;
	uint16_t destination_port;
};

/* What announced it; NULL when nothing did. Valid until something else is announced. */
struct announced *announcements_find(struct announcements *a, const struct announcement_query *q);

#endif
