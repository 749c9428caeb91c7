/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts fragments of IP datagrams together (RFC 791 s. 3.2, RFC 8200 s. 4.5) as a capture is read.
 *
 * Feed every fragment in the order of the capture. When frame numbers begin anew a second pass has
 * begun: datagrams are put together again, and the frames that hold the earlier fragments are
 * told which frame completes them. The same frame may be asked for again as long as no other came.
 */
#ifndef SONDE_PACKET_REASSEMBLY_H
#define SONDE_PACKET_REASSEMBLY_H

#include "proto/dissect.h"
#include "proto/whole.h"

#define REASSEMBLY_BYTES_MAX (16u << 20) /* of all datagrams that are not complete */
#define REASSEMBLY_OPEN_MAX  4096u       /* of them at once */
#define REASSEMBLY_AGE_MAX   (30 * NSEC_PER_SEC)

struct reassembly;

struct reassembly_counts {
	uint32_t open;     /* datagrams that are not complete */
	size_t bytes;      /* held by them */
	uint64_t complete; /* so far */
	uint64_t aged;     /* given up: older than REASSEMBLY_AGE_MAX */
	uint64_t evicted;  /* given up: no room */
};

/* Tables of one capture. NULL when memory or randomness ran out. */
struct reassembly *reassembly_new(void);
void reassembly_free(struct reassembly *r);

/* What dissect_hooks.fragment asks: d tells frame, time, addresses, VLAN and layer. */
void reassembly_fragment(struct reassembly *r, const struct dissect *d,
			 const struct fragment *fragment, struct whole *ret_whole);

void reassembly_counts(const struct reassembly *r, struct reassembly_counts *ret_counts);

#endif
