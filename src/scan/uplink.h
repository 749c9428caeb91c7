/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A way that many targets share: one router, or one local network.
 *
 * What limits a scan on its way is mostly here, so each uplink has a pace of its own, and its hosts
 * take turns. Hosts whose ports are scanned go before those that are only looked for: what was
 * begun is finished, and its memory is free again, before more is begun.
 */
#ifndef SONDE_SCAN_UPLINK_H
#define SONDE_SCAN_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "scan/host_queue.h"
#include "scan/pace.h"
#include "scan/rtt.h"
#include "wire/addr.h"

#define UPLINKS_MAX 64 /* more than that share the last one */

struct uplink {
	struct addr next_hop; /* family 0: the targets are neighbours, or this machine */
	uint32_t interface;
	struct pace pace;
	struct rtt_others others;   /* of its hosts */
	uint32_t told, lost;        /* ports whose answers tell of loss, and tries that were lost */
	bool starved;               /* the pace held something back */
	struct host_queue scanning; /* hosts that have a port to probe now */
	struct host_queue pinging;  /* hosts that have a discovery probe to send now */
};

#endif
