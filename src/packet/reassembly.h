/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts fragments of IP datagrams together (RFC 791 s. 3.2, RFC 8200 s. 4.5) as a capture is read.
 *
 * Feed every fragment in the order of the capture. In a second pass the frames that hold the
 * earlier fragments are told which frame completes them. The same frame may be asked for again as
 * long as no other came.
 */
#ifndef SONDE_PACKET_REASSEMBLY_H
#define SONDE_PACKET_REASSEMBLY_H

#include "packet/whole_table.h"
#include "proto/dissect.h"

#define REASSEMBLY_BYTES_MAX (8u << 20) /* of all datagrams that are not complete */
#define REASSEMBLY_OPEN_MAX  4096u      /* of them at once */
#define REASSEMBLY_AGE_MAX   (30 * NSEC_PER_SEC)

struct reassembly;

/* Tables of one capture. NULL when memory or randomness ran out. */
struct reassembly *reassembly_new(void);
void reassembly_free(struct reassembly *r);

/* Another pass begins, from the first frame of the capture: datagrams are put together anew. */
void reassembly_rewind(struct reassembly *r);

/* What dissect_hooks.fragment asks: d tells frame, time, addresses, VLAN and layer. */
void reassembly_fragment(struct reassembly *r, const struct dissect *d,
			 const struct fragment *fragment, struct whole *ret_whole);

void reassembly_counts(const struct reassembly *r, struct whole_counts *ret_counts);

#endif
