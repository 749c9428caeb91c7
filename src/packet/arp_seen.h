/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which hardware address an IPv4 address had first, so that a second one is noticed.
 *
 * Theory of operation. A table of fixed size in sets of ARP_SEEN_WAYS by a keyed hash; in a full
 * set the entry longest not confirmed gives way. The first hardware address stays the rightful
 * one: another is a conflict each time it comes, and changes nothing.
 */
#ifndef SONDE_PACKET_ARP_SEEN_H
#define SONDE_PACKET_ARP_SEEN_H

#include <stdbool.h>

#include "proto/dissect.h"

#define ARP_SEEN_SETS 1024
#define ARP_SEEN_WAYS 4

struct arp_seen;

/* NULL when memory ran out. */
struct arp_seen *arp_seen_new(void);
void arp_seen_free(struct arp_seen *seen);

/* Forgets everything: the capture comes a second time. */
void arp_seen_clear(struct arp_seen *seen);

/*
 * An ARP packet of `frame`, which came at `time`, says that ip (host order) is at mac. True, and
 * the earlier claim in *ret_earlier, when another hardware address had it before.
 */
bool arp_seen_ask(struct arp_seen *seen, const struct arp_claim *claim,
		  struct arp_claim *ret_earlier);

#endif
