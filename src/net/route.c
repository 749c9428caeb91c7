// SPDX-License-Identifier: Apache-2.0
// Which way the kernel would send a packet, and which MAC it already knows on that way.
#include "net/route.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_MAX   256
#define DUMP_TRIES    8
#define USABLE_STATES (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)

static int kernel_family(const struct addr *a)
{
	return a->family == 4 ? AF_INET : AF_INET6;
}

static struct addr addr_from(int family, const void *bytes, size_t len)
{
	if (family == AF_INET && len >= 4)
		return addr_v4(bytes);
	if (family == AF_INET6 && len >= 16)
		return addr_v6(bytes);
	return (struct addr) {0};
}

/* What one RTM_GETROUTE answer says. */
struct route_answer {
	struct route route;
	unsigned type; /* RTN_* */
	bool seen;
};

/* RTA_METRICS nests its own attributes. */
static uint32_t metric_mtu(const struct nlattr *metrics)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, metrics)
	{
		if (mnl_attr_get_type(attr) == RTAX_MTU &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint32_t))
			return mnl_attr_get_u32(attr);
	}
	return 0;
}

static void read_route_attr(const struct nlattr *attr, int family, struct route *route)
{
	const uint8_t *value = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	uint16_t via_family;

	switch (mnl_attr_get_type(attr)) {
	case RTA_OIF:
		if (len == sizeof(uint32_t))
			route->ifindex = mnl_attr_get_u32(attr);
		break;
	case RTA_PREFSRC:
		route->source = addr_from(family, value, len);
		break;
	case RTA_GATEWAY:
		route->gateway = addr_from(family, value, len);
		break;
	case RTA_VIA: /* struct rtvia: host-order family, then the address */
		if (len < sizeof(via_family))
			break;
		memcpy(&via_family, value, sizeof(via_family));
		route->gateway =
			addr_from(via_family, value + sizeof(via_family), len - sizeof(via_family));
		break;
	case RTA_METRICS:
		route->mtu = metric_mtu(attr);
		break;
	default: /* the many attributes that do not concern us */
		break;
	}
}

static int on_route(const struct nlmsghdr *message, void *user)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	struct route_answer *answer = user;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWROUTE || answer->seen)
		return MNL_CB_OK;
	answer->seen = true;
	answer->type = info->rtm_type;
	mnl_attr_for_each(attr, message, sizeof(*info))
		read_route_attr(attr, info->rtm_family, &answer->route);
	return MNL_CB_OK;
}

/* flags: RTM_F_FIB_MATCH asks for the table's entry instead of the finished route. */
static int ask(struct netlink *netlink, const struct addr *to, uint32_t ifindex, unsigned flags,
	       struct route_answer *ret_answer)
{
	char buffer[REQUEST_MAX];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct rtmsg *info;

	request->nlmsg_type = RTM_GETROUTE;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->rtm_family = (unsigned char)kernel_family(to);
	info->rtm_dst_len = (unsigned char)(8 * addr_len(to));
	info->rtm_flags = flags;
	mnl_attr_put(request, RTA_DST, addr_len(to), to->bytes);
	if (ifindex)
		mnl_attr_put_u32(request, RTA_OIF, ifindex);
	*ret_answer = (struct route_answer) {0};
	return netlink_request(netlink, request, on_route, ret_answer);
}

/* The code the kernel gives IPv4 look-ups, for the route types IPv6 answers as routes. */
static int type_code(unsigned type)
{
	switch (type) {
	case RTN_UNREACHABLE:
		return -EHOSTUNREACH;
	case RTN_BLACKHOLE:
		return -EINVAL;
	case RTN_PROHIBIT:
		return -EACCES;
	case RTN_THROW:
		return -ENETUNREACH;
	default: /* the types one can send by */
		return 0;
	}
}

static enum route_kind type_kind(unsigned type)
{
	switch (type) {
	case RTN_LOCAL:
		return ROUTE_LOCAL;
	case RTN_BROADCAST:
		return ROUTE_BROADCAST;
	case RTN_MULTICAST:
		return ROUTE_MULTICAST;
	default: /* RTN_UNICAST, RTN_ANYCAST: one host answers */
		return ROUTE_UNICAST;
	}
}

static int explain(const struct addr *to, uint32_t ifindex, int code, struct err *err)
{
	char text[ADDR_TEXT_MAX], name[IF_NAMESIZE + 8] = "", by[64] = "";

	addr_text(to, text);
	if (ifindex && !if_indextoname(ifindex, name)) {
		snprintf(name, sizeof(name), "number %u", ifindex);
		code = -ENODEV; /* IPv6 look-ups would call it no route */
	}
	if (ifindex)
		snprintf(by, sizeof(by), " by interface %s", name);
	switch (code) {
	case -ENETUNREACH:
		return err_set(err, code,
			       "There is no route to %s%s; add one with \"ip route add\" or choose "
			       "another target.",
			       text, by);
	case -EHOSTUNREACH:
		return err_set(err, code,
			       "The route to %s%s is of type unreachable or leads nowhere now; "
			       "see \"ip route get %s\".",
			       text, by, text);
	case -EACCES:
		return err_set(err, code,
			       "The route to %s%s is of type prohibit; see \"ip route get %s\".",
			       text, by, text);
	case -EINVAL:
		return err_set(err, code,
			       "The route to %s%s is of type blackhole, or the address cannot be a "
			       "destination; see \"ip route get %s\".",
			       text, by, text);
	case -ENODEV:
		return err_set(err, code, "There is no interface %s to reach %s by.", name, text);
	case -ENETDOWN:
		return err_set(err, code,
			       "Interface %s is down, so %s cannot be reached by it; switch it on "
			       "with \"ip link set %s up\".",
			       ifindex ? name : "of the route", text, ifindex ? name : "NAME");
	default:
		return err_set(err, code, "The kernel gave no route to %s%s: %s.", text, by,
			       strerror(-code));
	}
}

int route_lookup(struct netlink *netlink, const struct addr *to, uint32_t ifindex,
		 struct route *ret_route, struct err *err)
{
	struct route_answer answer, match;
	int code = ask(netlink, to, ifindex, 0, &answer);

	if (!code)
		code = answer.seen ? type_code(answer.type) : -ENETUNREACH;
	if (code)
		return explain(to, ifindex, code, err);
	answer.route.kind = type_kind(answer.type);
	/*
	 * Bound to an interface, the IPv4 code calls a destination on-link when no table leads
	 * there by it. Only the table itself can tell that guess from a route.
	 */
	if (ifindex && to->family == 4 && answer.route.kind == ROUTE_UNICAST &&
	    !answer.route.gateway.family)
		answer.route.assumed_on_link =
			ask(netlink, to, ifindex, RTM_F_FIB_MATCH, &match) < 0;
	*ret_route = answer.route;
	return 0;
}

/* Which neighbour is looked for, and what was found. */
struct neighbour_search {
	uint32_t ifindex;
	struct addr addr;
	bool found;
	uint8_t mac[MAC_LEN];
};

static int on_neighbour(const struct nlmsghdr *message, void *user)
{
	const struct ndmsg *info = mnl_nlmsg_get_payload(message);
	struct neighbour_search *search = user;
	const struct nlattr *attr, *mac = NULL;
	struct addr addr = {0};

	if (message->nlmsg_type != RTM_NEWNEIGH || !(info->ndm_state & USABLE_STATES) ||
	    (uint32_t)info->ndm_ifindex != search->ifindex)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		if (mnl_attr_get_type(attr) == NDA_DST)
			addr = addr_from(info->ndm_family, mnl_attr_get_payload(attr),
					 mnl_attr_get_payload_len(attr));
		if (mnl_attr_get_type(attr) == NDA_LLADDR &&
		    mnl_attr_get_payload_len(attr) == MAC_LEN)
			mac = attr;
	}
	if (mac && addr_equal(&addr, &search->addr)) {
		memcpy(search->mac, mnl_attr_get_payload(mac), MAC_LEN);
		search->found = true;
	}
	return MNL_CB_OK;
}

static int ask_neighbour(struct netlink *netlink, struct neighbour_search *search, uint16_t flags)
{
	char buffer[REQUEST_MAX];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ndmsg *info;

	request->nlmsg_type = RTM_GETNEIGH;
	request->nlmsg_flags = flags;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ndm_family = (uint8_t)kernel_family(&search->addr);
	if (flags & NLM_F_DUMP) {
		mnl_attr_put_u32(request, NDA_IFINDEX, search->ifindex);
	} else {
		info->ndm_ifindex = (int)search->ifindex;
		mnl_attr_put(request, NDA_DST, addr_len(&search->addr), search->addr.bytes);
	}
	return netlink_request(netlink, request, on_neighbour, search);
}

int route_neighbour(struct netlink *netlink, uint32_t ifindex, const struct addr *addr,
		    uint8_t ret_mac[static MAC_LEN])
{
	struct neighbour_search search = {.ifindex = ifindex, .addr = *addr};
	int code = ask_neighbour(netlink, &search, 0);

	/* Kernels before 5.0 cannot look up one entry; then all of them are listed. */
	if (code == -EOPNOTSUPP || code == -EINVAL) {
		code = -EINTR;
		for (int i = 0; i < DUMP_TRIES && code == -EINTR; i++)
			code = ask_neighbour(netlink, &search, NLM_F_DUMP);
	}
	if (code && code != -ENOENT)
		return code;
	if (!search.found)
		return -ENOENT;
	memcpy(ret_mac, search.mac, MAC_LEN);
	return 0;
}
