// SPDX-License-Identifier: Apache-2.0
// From what the user typed to addresses with names, and the way to each of them.
#include "command/scan_targets.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "net/route.h"

#define READ_SIZE 65536

/* One -iL file. */
static int read_list(struct scan_targets *t, const char *path, struct err *err)
{
	struct target_reader reader = {
		.list = &t->list,
		.source = path,
		.family = t->family,
		.use = TARGET_SCAN,
	};
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = malloc(READ_SIZE);
	ssize_t len = 0;
	int code = bytes ? 0 : -ENOMEM;

	if (fd < 0)
		code = err_set(err, -errno, "cannot read the target list \"%s\": %s.", path,
			       strerror(errno));
	while (!code && (len = read(fd, bytes, READ_SIZE)) > 0)
		code = target_reader_feed(&reader, bytes, (size_t)len, err);
	if (!code && len < 0)
		code = err_set(err, -errno, "cannot read the target list \"%s\": %s.", path,
			       strerror(errno));
	if (!code)
		code = target_reader_end(&reader, err);
	free(bytes);
	if (fd >= 0 && !is_stdin)
		close(fd);
	return code;
}

int scan_targets_read(struct scan_targets *t, const struct scan_options *options, struct err *err)
{
	int code = 0;

	t->family = options->ipv6 ? 6 : 4;
	for (size_t i = 0; !code && i < options->operands.count; i++)
		code = target_list_parse(&t->list, options->operands.items[i], t->family,
					 TARGET_SCAN, err);
	for (size_t i = 0; !code && i < options->lists.count; i++)
		code = read_list(t, options->lists.items[i], err);
	for (size_t i = 0; !code && i < options->exclude.count; i++)
		code = target_list_exclude(&t->exclude, options->exclude.items[i], t->family, err);
	if (!code && !t->list.count)
		code = err_set(err, -EINVAL,
			       "no target was given; name one, as in "
			       "\"sonde scan 192.0.2.10\"");
	if (code)
		return code;
	t->names = calloc(t->list.count, sizeof(*t->names));
	return t->names ? 0 : err_set(err, -ENOMEM, "there is no memory left for the targets.");
}

void scan_targets_done(struct scan_targets *t)
{
	for (size_t i = 0; t->names && i < t->list.count; i++) {
		free(t->names[i].name);
		free(t->names[i].others);
	}
	free(t->names);
	target_list_done(&t->list);
	target_list_done(&t->exclude);
	*t = (struct scan_targets) {0};
}

/* One name under way. */
struct question {
	struct target_lookup lookup;
	size_t item;
};

static void complain(const struct target_lookup *l, const char *sentence)
{
	l->targets->failed = true;
	l->complain(l->user, sentence);
}

/* Remembers the addresses of the answer that are not scanned. */
static void keep_others(struct target_name *n, const struct names_answer *answer, size_t chosen)
{
	n->others = calloc(answer->n_addrs, sizeof(*n->others));
	for (size_t i = 0; n->others && i < answer->n_addrs; i++) {
		if (i != chosen)
			n->others[n->other_count++] = answer->addrs[i];
	}
}

static void answered(void *user, const struct names_answer *answer)
{
	struct question *q = user;
	struct scan_targets *t = q->lookup.targets;
	struct target *item = &t->list.items[q->item], resolved;
	struct target_name *name = &t->names[q->item];
	size_t chosen = 0;
	struct err err = {0};

	while (chosen < answer->n_addrs && answer->addrs[chosen].family != t->family)
		chosen++;
	if (answer->status != NAMES_FOUND) {
		if (answer->status != NAMES_CANCELLED)
			complain(&q->lookup, answer->why);
	} else if (chosen == answer->n_addrs) {
		err_set(&err, -1, "the name \"%s\" has no %s address; try%s.", item->name,
			t->family == 4 ? "IPv4" : "IPv6", t->family == 4 ? " -6" : " without -6");
		complain(&q->lookup, err.text);
	} else if (target_resolved(item, &answer->addrs[chosen], TARGET_SCAN, &resolved, &err)) {
		complain(&q->lookup, err.text);
	} else {
		keep_others(name, answer, chosen);
		name->name = item->name;
		item->name = NULL;
		target_done(item);
		*item = resolved;
	}
	free(q);
}

/* Nobody may be scanned while it is not known who must not be. */
static void refuse_all(const struct target_lookup *l, const char *why)
{
	struct err err = {0};

	err_set(&err, -1, "%s Nothing is scanned, because --exclude names it.", why);
	complain(l, err.text);
	l->targets->exclude_unknown = true;
}

/* An excluded name stands for all its addresses of the family scanned. */
static void answered_excluded(void *user, const struct names_answer *answer)
{
	struct question *q = user;
	struct scan_targets *t = q->lookup.targets;
	struct target name = t->exclude.items[q->item]; /* a copy: adding moves the items */
	struct err err = {0};
	int code = 0;

	if (answer->status != NAMES_FOUND && answer->status != NAMES_CANCELLED)
		refuse_all(&q->lookup, answer->why);
	for (size_t i = 0; !code && i < answer->n_addrs; i++) {
		if (answer->addrs[i].family == t->family)
			code = target_list_exclude_resolved(&t->exclude, &name, &answer->addrs[i],
							    &err);
	}
	if (code)
		refuse_all(&q->lookup, err.text);
	free(q);
}

/* Asks for the addresses of each name of a list, which may grow meanwhile. */
static void look_up_list(const struct target_lookup *lookup, const struct target_list *list,
			 names_fn *fn, struct names *names)
{
	size_t count = list->count;

	for (size_t i = 0; i < count; i++) {
		struct question *q;

		if (!list->items[i].name)
			continue;
		q = malloc(sizeof(*q));
		if (!q) {
			refuse_all(lookup, "There is no memory left for a name.");
			return;
		}
		*q = (struct question) {*lookup, i};
		/* both families: the one not scanned is listed in the report */
		names_forward(names, list->items[i].name, true, true, fn, q);
	}
}

void scan_targets_look_up(const struct target_lookup *lookup, struct names *names)
{
	look_up_list(lookup, &lookup->targets->exclude, answered_excluded, names);
	look_up_list(lookup, &lookup->targets->list, answered, names);
}

bool scan_targets_next(struct scan_targets *t, const struct device_list *devices,
		       struct scan_target *ret_target)
{
	struct addr addr;

	while (!t->exclude_unknown && target_list_next(&t->list, &t->exclude, &t->walk, &addr)) {
		const struct target *item = &t->list.items[t->walk.item];

		if (device_is_broadcast(devices, &addr))
			continue;
		*ret_target = (struct scan_target) {
			.addr = addr,
			.name = &t->names[t->walk.item],
			.zone = *item->zone ? if_nametoindex(item->zone) : 0,
		};
		return true;
	}
	return false;
}

/* The interface must be one we can send on. */
static int check_device(const struct device *d, struct err *err)
{
	if (!d)
		return err_set(err, -ENODEV, "the interface of the route has gone away.");
	if (!d->up)
		return err_set(err, -ENETDOWN,
			       "the interface \"%s\" is down; bring it up with "
			       "\"ip link set %s up\".",
			       d->name, d->name);
	if (!d->supported && !d->loopback)
		return err_set(err, -EOPNOTSUPP,
			       "the interface \"%s\" has a link type that sonde cannot send on.",
			       d->name);
	return 0;
}

/* True when this target must go the way of the one before; that way, then, is in *ret_way. */
static bool way_again(const struct scan_ways *ways, const struct scan_target *target,
		      struct engine_target *ret_way)
{
	const struct scan_way_memory *m = ways->memory;

	if (!m->known || target->zone || !route_same_block(&m->way.path.target, &target->addr) ||
	    !route_table_uniform(&m->routes, &target->addr))
		return false;
	*ret_way = m->way;
	ret_way->path.target = target->addr;
	if (m->on_link)
		ret_way->next_hop = target->addr;
	return true;
}

int scan_targets_way(const struct scan_ways *ways, const struct scan_target *target,
		     struct engine_target *ret_way, struct err *err)
{
	uint32_t ifindex = target->zone ? target->zone : ways->ifindex;
	char text[ADDR_TEXT_MAX];
	const struct device *d;
	struct route route;
	int code;

	if (way_again(ways, target, ret_way))
		return 0;
	code = route_lookup(ways->netlink, &target->addr, ifindex, &route, err);
	if (code)
		return code;
	d = device_by_index(ways->devices, route.ifindex);
	code = check_device(d, err);
	if (code)
		return code;
	if (route.kind == ROUTE_BROADCAST || route.kind == ROUTE_MULTICAST)
		return err_set(err, -EINVAL,
			       "%s is a %s address, which many hosts would answer; "
			       "name single hosts.",
			       addr_text(&target->addr, text),
			       route.kind == ROUTE_BROADCAST ? "broadcast" : "multicast");
	if (route.gateway.family && route.gateway.family != target->addr.family)
		return err_set(err, -EOPNOTSUPP,
			       "the route to %s goes through a gateway of the "
			       "other address family, which sonde cannot use.",
			       addr_text(&target->addr, text));
	*ret_way = (struct engine_target) {
		.path =
			{
				.target = target->addr,
				.source = route.source.family ? route.source : target->addr,
				.interface = route.ifindex,
				.link = d->link,
				.by_kernel = route.kind == ROUTE_LOCAL,
			},
		.next_hop = route.gateway.family ? route.gateway : target->addr,
	};
	memcpy(ret_way->path.source_mac, d->mac, MAC_LEN);
	ways->memory->way = *ret_way;
	ways->memory->on_link = !route.gateway.family;
	ways->memory->known = route.kind == ROUTE_UNICAST;
	return 0;
}

size_t scan_targets_check(struct scan_targets *t, const struct scan_ways *ways,
			  target_complain_fn *fn, void *user)
{
	const struct target_lookup l = {t, fn, user};
	size_t good = 0;

	for (size_t i = 0; i < t->list.count; i++) {
		struct target *item = &t->list.items[i];
		struct scan_target target = {0};
		struct engine_target way;
		struct err err = {0};
		int code = 0;

		if (item->kind == TARGET_NAME) {
			good++;
			continue;
		}
		target.addr = target_at(item, 0);
		target.zone = *item->zone ? if_nametoindex(item->zone) : 0;
		if (*item->zone && !target.zone)
			code = err_set(&err, -ENODEV, "there is no interface \"%s\".", item->zone);
		else if (target_count(item) == 1 ||
			 !device_is_broadcast(ways->devices, &target.addr))
			code = scan_targets_way(ways, &target, &way, &err);
		if (!code && target_count(item) == 1 &&
		    device_is_broadcast(ways->devices, &target.addr))
			code = err_set(&err, -EINVAL,
				       "%s is the broadcast or network address of a "
				       "local network; name single hosts.",
				       addr_text(&target.addr, (char[ADDR_TEXT_MAX]) {0}));
		if (!code) {
			good++;
			continue;
		}
		complain(&l, err.text);
		target_done(item); /* a name without a text holds no address and is not asked for */
		item->kind = TARGET_NAME;
	}
	return good;
}
