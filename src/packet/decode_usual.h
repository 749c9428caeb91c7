/* SPDX-License-Identifier: Apache-2.0 */
/* The short way of packet_decode(), for what nearly every frame of a scan is. */
#ifndef SONDE_PACKET_DECODE_USUAL_H
#define SONDE_PACKET_DECODE_USUAL_H

#include "packet/decode.h"

/*
 * Decodes a usual frame (see struct packet) and says so, or an ICMP error of which the same is so
 * but for its transport, and that quotes a whole IPv4 packet without options. Of any other frame
 * it returns false, and some of *ret_packet was overwritten.
 */
bool packet_decode_usual(const struct frame *frame, struct packet *ret_packet);

/* The long way, of any frame: what packet_decode() gives but for the mark usual. */
void packet_decode_any(const struct frame *frame, struct packet *ret_packet);

#endif
