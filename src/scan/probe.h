/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the frames that a scan sends: one row of a table for each kind of probe. */
#ifndef SONDE_SCAN_PROBE_H
#define SONDE_SCAN_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "evidence/event.h"
#include "packet/frame.h"
#include "scan/payload.h"
#include "wire/addr.h"

#define PROBE_FRAME_MAX 1280 /* bytes; no probe is longer */

/* How packets reach one target. */
struct probe_path {
	struct addr target;
	struct addr source;
	uint32_t interface;  /* the kernel's index of the interface they leave by */
	enum link_type link; /* LINK_ETHERNET or LINK_RAW */
	bool by_kernel;      /* an address of this machine: the kernel routes the bare IP packet */
	uint8_t source_mac[MAC_LEN];
	uint8_t next_mac
		[MAC_LEN]; /* of the next hop; ignored for ARP and ND and without Ethernet */
};

/* What to send. Ports and cookie are ignored by kinds that have none. */
struct probe_request {
	enum probe_kind kind;
	uint16_t port;
	uint16_t local_port;
	uint32_t cookie;
	uint32_t ip_number; /* IPv4's identification, IPv6's flow label: their lower bits of it */
	uint8_t payload;    /* UDP: which of the port's payloads, counted round */
};

/* One probe of host discovery: what is asked, and which port by kinds that have one. */
struct host_ping {
	enum probe_kind kind;
	uint16_t port;
	bool apart; /* from PROBE_APART: a SYN goes to the same port, and begins a conversation */
};

/*
 * A probe's source port says which try it is; 0 is host discovery. Each UDP port that is asked in a
 * protocol has a row of source ports of its own: a TFTP server answers from another port than it
 * was asked on, and Wireshark takes whatever else leaves from a source port of QUIC or Kerberos for
 * the same.
 */
#define PROBE_TRIES       32 /* source ports of one row */
#define PROBE_APART       31 /* the last one of a row is no try */
#define PROBE_ROWS_FROM   64 /* where those rows begin */
#define PROBE_LOCAL_PORTS (PROBE_ROWS_FROM + PAYLOAD_PORTS * PROBE_TRIES)

/* The source port, base being the scan's first one. */
uint16_t probe_local_port(uint16_t base, const struct host_ping *asked, unsigned try_number);

/* The try of a probe by its source port; 0 for one of host discovery, and for any other. */
unsigned probe_try(uint16_t base, const struct host_ping *asked, uint16_t local_port);

/* True when this kind of probe exists for the address family, 4 or 6. */
bool probe_has_family(enum probe_kind kind, uint8_t family);

/*
 * Writes the whole frame (from the IP header on for by_kernel and LINK_RAW) and returns its
 * length; 0 when this kind does not exist for the path's address family or link.
 */
size_t probe_build(const struct probe_path *path, const struct probe_request *request,
		   uint8_t ret_bytes[static PROBE_FRAME_MAX]);

/*
 * The cookie of a probe: 32 bits that only the holder of key can know, different for each target,
 * port and local port, so that a reply which returns it answers this probe and no other.
 */
uint32_t probe_cookie(const struct hash_key *key, const struct addr *target,
		      const struct probe_request *request);

/* Sets cookie and ip_number of a request to target, which nobody foresees who has not the key. */
void probe_number(const struct hash_key *key, const struct addr *target,
		  struct probe_request *request);

#endif
