// SPDX-License-Identifier: Apache-2.0
// Which blocks of addresses the kernel must send by one and the same route: see the header.
#include "net/route_table.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#define REQUEST_MAX 256
#define DUMP_TRIES  8
#define RULES_USUAL 3 /* local, main, default */

struct reading {
	struct route_table *table;
	unsigned rules;
	bool odd; /* a rule or a number of routes that we do not reckon with */
};

static uint32_t block_of(const struct addr *a)
{
	return addr_number(a) >> (32 - ROUTE_BLOCK_BITS);
}

static int on_rule(const struct nlmsghdr *message, void *user)
{
	const struct fib_rule_hdr *info = mnl_nlmsg_get_payload(message);
	struct reading *r = user;

	if (message->nlmsg_type != RTM_NEWRULE)
		return MNL_CB_OK;
	r->rules++;
	r->odd |= info->src_len || info->dst_len || info->tos || info->action != FR_ACT_TO_TBL;
	return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *message, void *user)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	struct reading *r = user;
	struct route_table *t = r->table;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWROUTE || info->rtm_dst_len <= ROUTE_BLOCK_BITS)
		return MNL_CB_OK;
	r->odd |= info->rtm_tos != 0;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		struct addr to;

		if (mnl_attr_get_type(attr) != RTA_DST || mnl_attr_get_payload_len(attr) != 4)
			continue;
		to = addr_v4(mnl_attr_get_payload(attr));
		if (t->small_count == ROUTE_SMALL_MAX)
			r->odd = true;
		else
			t->small[t->small_count++] = block_of(&to);
	}
	return MNL_CB_OK;
}

/* One dump, again when it changed meanwhile. */
static int dump(struct netlink *netlink, uint16_t type, netlink_fn *fn, struct reading *r)
{
	int code = -EINTR;

	for (int i = 0; i < DUMP_TRIES && code == -EINTR; i++) {
		char buffer[REQUEST_MAX];
		struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
		struct rtmsg *info;

		request->nlmsg_type = type;
		request->nlmsg_flags = NLM_F_DUMP;
		info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
		info->rtm_family = AF_INET;
		r->rules = 0;
		r->table->small_count = 0;
		code = netlink_request(netlink, request, fn, r);
	}
	return code;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void route_table_read(struct netlink *netlink, struct route_table *ret_table)
{
	struct reading r = {.table = ret_table};
	int code;

	*ret_table = (struct route_table) {0};
	code = dump(netlink, RTM_GETRULE, on_rule, &r);
	if (code || r.rules != RULES_USUAL || r.odd)
		return;
	code = dump(netlink, RTM_GETROUTE, on_route, &r);
	if (code || r.odd)
		return;
	qsort(ret_table->small, ret_table->small_count, sizeof(*ret_table->small), ascending);
	ret_table->usable = true;
}

bool route_table_uniform(const struct route_table *t, const struct addr *addr)
{
	uint32_t block;

	if (!t->usable || addr->family != 4)
		return false;
	block = block_of(addr);
	return !bsearch(&block, t->small, t->small_count, sizeof(block), ascending);
}

bool route_same_block(const struct addr *a, const struct addr *b)
{
	return a->family == 4 && b->family == 4 && block_of(a) == block_of(b);
}
