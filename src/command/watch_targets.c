// SPDX-License-Identifier: Apache-2.0
// Which interfaces the traffic of a scanner will take, as far as its command line tells.
#include "command/watch_targets.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "net/netlink.h"
#include "net/route.h"
#include "scan/target.h"

#define RESOLVERS_FILE "/etc/resolv.conf"
#define LINE_MAX_LEN   512

/* A set of interfaces that is being found. */
struct found {
	struct netlink *netlink;
	uint32_t *interfaces;
	size_t count;
	size_t max;
	bool too_many;
};

static void add_way(struct found *f, const struct addr *to)
{
	struct route route;

	if (route_lookup(f->netlink, to, 0, &route, NULL))
		return;
	for (size_t i = 0; i < f->count; i++)
		if (f->interfaces[i] == route.ifindex)
			return;
	f->too_many |= f->count == f->max;
	if (!f->too_many)
		f->interfaces[f->count++] = route.ifindex;
}

/* The first address of a word that is a target of either family. */
static bool first_address(const char *word, struct addr *ret_addr)
{
	struct target target;
	bool found = false;

	if (*word == '-')
		return false;
	for (uint8_t family = 4; family <= 6 && !found; family += 2) {
		if (target_parse(word, family, TARGET_EXCLUDE, &target, NULL))
			continue;
		found = target.kind != TARGET_NAME;
		if (target.kind == TARGET_RANGE)
			*ret_addr = target.first;
		else if (found)
			*ret_addr = target_at(&target, 0);
		target_done(&target);
	}
	return found && !addr_is_any(ret_addr);
}

static void add_resolvers(struct found *f)
{
	FILE *file = fopen(RESOLVERS_FILE, "re");
	char line[LINE_MAX_LEN], text[LINE_MAX_LEN];
	struct addr addr;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "nameserver %511s", text) == 1 && addr_parse(text, &addr))
			add_way(f, &addr);
	if (file)
		fclose(file);
}

size_t watch_targets_interfaces(char *const words[], size_t count, size_t max,
				uint32_t ret_interfaces[])
{
	struct found f = {.interfaces = ret_interfaces, .max = max};
	struct addr addr;

	if (netlink_open(&f.netlink, NULL))
		return 0;
	for (size_t i = 1; i < count; i++)
		if (first_address(words[i], &addr))
			add_way(&f, &addr);
	if (f.count)
		add_resolvers(&f);
	netlink_close(f.netlink);
	return f.too_many ? 0 : f.count;
}
