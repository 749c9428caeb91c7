/* SPDX-License-Identifier: Apache-2.0 */
/* A frame: bytes, a kernel time stamp, a direction, an interface and an id never used twice. */
#ifndef SONDE_PACKET_FRAME_H
#define SONDE_PACKET_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

/* What the first byte of a frame is: the LINKTYPE_ numbers of pcap and pcapng. */
enum link_type {
	LINK_NULL = 0, /* BSD loopback: 4 bytes of family in the host order of the writer */
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_PPP_SERIAL = 50,
	LINK_RAW = 101,  /* IPv4 or IPv6 by the version nibble: layer-3 tun */
	LINK_LOOP = 108, /* OpenBSD loopback: 4 bytes of family, network order */
	LINK_LINUX_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_LINUX_SLL2 = 276,
};

/* The values are those of pcapng's epb_flags bits 0-1. */
enum frame_direction {
	FRAME_UNKNOWN = 0,
	FRAME_RECEIVED = 1,
	FRAME_SENT = 2,
};

/*
 * Bytes belong to whoever made the frame and live as long as the callee's header says (usually:
 * only during the call). id is the number of the frame in the capture, from 1, as Wireshark
 * counts; 0 while it has none.
 */
struct frame {
	uint64_t id;
	nsec_t time; /* when: monotonic in a live scan, wall clock out of a file; 0: timeless */
	uint32_t interface; /* index into the capture's interface list (pcapng interface id) */
	enum link_type link;
	enum frame_direction direction;
	bool checksum_not_ready; /* the kernel left the transport checksum to the device */
	bool commented;          /* its options (capture_frame_options()) hold a comment */
	bool timeless;           /* nobody noted when it came: a simple packet of pcapng */
	uint32_t captured_len;
	uint32_t wire_len;
	uint32_t options_len; /* of a pcapng file, behind bytes and padding; 0 in a copy */
	const uint8_t *bytes;
};

#endif
