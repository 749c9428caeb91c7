/* SPDX-License-Identifier: Apache-2.0 */
/* From what the user typed to addresses with names, and the way to each of them. */
#ifndef SONDE_COMMAND_SCAN_TARGETS_H
#define SONDE_COMMAND_SCAN_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "command/scan_options.h"
#include "net/device.h"
#include "net/names.h"
#include "net/netlink.h"
#include "net/route_table.h"
#include "scan/engine.h"
#include "scan/target.h"

/* What a name turned out to be. */
struct target_name {
	char *name;          /* as the user gave it; NULL for an address */
	struct addr *others; /* its addresses that are not scanned */
	size_t other_count;
};

/* Initialise with zero; free with scan_targets_done(). */
struct scan_targets {
	struct target_list list;
	struct target_list exclude;
	struct target_name *names; /* one for each item of list */
	uint8_t family;
	struct target_walk walk;
	bool failed;          /* some target could not be used; said already */
	bool exclude_unknown; /* a name of --exclude has no address: nothing may be scanned */
};

/* One address to scan. */
struct scan_target {
	struct addr addr;
	const struct target_name *name;
	uint32_t zone; /* interface index of a link-local address, else 0 */
};

/* Where sentences about single targets go: the scan goes on without them. */
typedef void target_complain_fn(void *user, const char *sentence);

/* Reads operands, -iL files and --exclude. 0, or -EINVAL with the first wrong one's sentence. */
int scan_targets_read(struct scan_targets *t, const struct scan_options *options, struct err *err);
void scan_targets_done(struct scan_targets *t);

/*
 * Begins to look up every name, those of --exclude too; each ends as an address or as a complaint,
 * for an excluded one that nothing is scanned. All have ended when names_pending() is 0.
 */
struct target_lookup {
	struct scan_targets *targets;
	target_complain_fn *complain;
	void *user;
};

void scan_targets_look_up(const struct target_lookup *lookup, struct names *names);

/*
 * The next address to scan; false at the end. Broadcast addresses of local networks within a
 * range are stepped over.
 */
bool scan_targets_next(struct scan_targets *t, const struct device_list *devices,
		       struct scan_target *ret_target);

/* The way found last, for the neighbours of that target. Initialise with zero. */
struct scan_way_memory {
	struct route_table routes;
	struct engine_target way;
	bool on_link;
	bool known;
};

/* What the machine knows of the network. */
struct scan_ways {
	struct netlink *netlink;
	const struct device_list *devices;
	uint32_t ifindex; /* -e, or 0 */
	struct scan_way_memory *memory;
};

/* How to reach a target. 0, or a negative code and a sentence: no route, interface down... */
int scan_targets_way(const struct scan_ways *ways, const struct scan_target *target,
		     struct engine_target *ret_way, struct err *err);

/*
 * Asks for the way to the first address of every target that is not a name, before anything is
 * sent, and complains of those that have none or are a broadcast address. Returns how many
 * targets, names among them, can go on.
 */
size_t scan_targets_check(struct scan_targets *t, const struct scan_ways *ways,
			  target_complain_fn *complain, void *user);

#endif
