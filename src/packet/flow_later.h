/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP segments without data that are told to the flow tables only if their stream is ever asked
 * for.
 *
 * Theory of operation. A filter that selects few frames of a scan needs the streams of those few,
 * and feeding all the others costs more than everything else. So segments are kept here, 32 bytes
 * and a tag of 16 bits each, in the order of the capture. The tag is made of addresses and ports:
 * all segments of a stream have the same, other streams may have it too. Before a frame is shown
 * flow_later_want() names its stream; flow_later_settle() then walks the tags once and feeds what
 * was kept of all streams that were named, and from there on flow_later_feed() feeds their segments
 * in step with the frames shown. A stream whose tag was never wanted is never fed, and nobody can
 * tell; one that is fed without need costs what it always did. Only what flow tables forget at
 * their bound differs: with fewer streams in them they forget later.
 *
 * Memory: FLOW_LATER_MAX segments; then (or when times are so far apart that blocks stay empty)
 * flow_later_add() refuses, and flow_later_all() feeds everything and frees it block by block, so
 * that log and tables together stay within 64 MB and 32 bytes a frame.
 */
#ifndef SONDE_PACKET_FLOW_LATER_H
#define SONDE_PACKET_FLOW_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/decode.h"
#include "packet/flow.h"
#include "packet/frame.h"

#define FLOW_LATER_MAX (6u << 20)

struct flow_later;

/* NULL when memory ran out. */
struct flow_later *flow_later_new(void);
void flow_later_free(struct flow_later *l);

/*
 * Keeps the segment of ip, in frame (quoted: in an ICMP error there). False when it cannot be kept:
 * IPv6, data, selective acknowledgements, or no room.
 */
bool flow_later_add(struct flow_later *l, const struct ip_packet *ip, const struct frame *frame,
		    bool quoted);

/* The stream of ip, which is TCP, will be asked for. */
void flow_later_want(struct flow_later *l, const struct ip_packet *ip);

/* Feeds what is due of all wanted streams up to where flow_later_feed() was last. */
void flow_later_settle(struct flow_later *l, struct flows *flows);

/* Goes on feeding wanted streams with segments of frames before this number. */
void flow_later_feed(struct flow_later *l, struct flows *flows, uint64_t before);

/* Feeds all that was not fed yet, and keeps nothing. */
void flow_later_all(struct flow_later *l, struct flows *flows);

#endif
