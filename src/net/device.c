// SPDX-License-Identifier: Apache-2.0
// The network interfaces of this machine and their addresses, as the kernel lists them.
#include "net/device.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A dump that interfaces came into or left while it ran is asked for again, so often. */
#define DUMP_TRIES 8

static const struct {
	uint16_t hardware_type;
	enum link_type link;
} link_rows[] = {
	{ARPHRD_ETHER, LINK_ETHERNET}, {ARPHRD_LOOPBACK, LINK_ETHERNET}, {ARPHRD_NONE, LINK_RAW},
	{ARPHRD_RAWIP, LINK_RAW},      {ARPHRD_PPP, LINK_RAW},           {ARPHRD_TUNNEL, LINK_RAW},
	{ARPHRD_TUNNEL6, LINK_RAW},    {ARPHRD_SIT, LINK_RAW},           {ARPHRD_IPGRE, LINK_RAW},

};

bool device_link_type(uint16_t hardware_type, enum link_type *ret_link)
{
	for (size_t i = 0; i < sizeof(link_rows) / sizeof(link_rows[0]); i++) {
		if (link_rows[i].hardware_type == hardware_type) {
			*ret_link = link_rows[i].link;
			return true;
		}
	}
	return false;
}

/* Room for one more element; NULL with errno set when memory ran out. */
static void *grow(void *rows, size_t count, size_t size)
{
	void *more = reallocarray(rows, count + 1, size);

	if (more)
		memset((char *)more + count * size, 0, size);
	return more;
}

/* The counts lie unaligned in the message. */
static void read_traffic(const void *value, size_t len, struct device *d)
{
	struct rtnl_link_stats64 stats;

	if (len < offsetof(struct rtnl_link_stats64, rx_bytes))
		return;
	memcpy(&stats, value, len < sizeof(stats) ? len : sizeof(stats));
	d->received_packets = stats.rx_packets;
	d->sent_packets = stats.tx_packets;
}

static int on_link(const struct nlmsghdr *message, void *user)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct device_list *list = user;
	const struct nlattr *attr;
	struct device *rows, *d;

	if (message->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	rows = grow(list->rows, list->count, sizeof(*rows));
	if (!rows)
		return MNL_CB_ERROR;
	list->rows = rows;
	d = &rows[list->count++];
	d->index = (uint32_t)info->ifi_index;
	d->hardware_type = info->ifi_type;
	d->supported = device_link_type(info->ifi_type, &d->link);
	d->up = info->ifi_flags & IFF_UP;
	d->running = info->ifi_flags & IFF_RUNNING;
	d->loopback = info->ifi_flags & IFF_LOOPBACK;
	d->no_arp = info->ifi_flags & IFF_NOARP;
	d->point_to_point = info->ifi_flags & IFF_POINTOPOINT;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		size_t len = mnl_attr_get_payload_len(attr);
		const void *value = mnl_attr_get_payload(attr);

		if (mnl_attr_get_type(attr) == IFLA_IFNAME && len)
			memcpy(d->name, value, len < sizeof(d->name) ? len : sizeof(d->name) - 1);
		if (mnl_attr_get_type(attr) == IFLA_MTU && len == sizeof(uint32_t))
			d->mtu = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_STATS64)
			read_traffic(value, len, d);
		if (mnl_attr_get_type(attr) == IFLA_ADDRESS && len == MAC_LEN) {
			memcpy(d->mac, value, MAC_LEN);
			d->has_mac = true;
		}
	}
	return MNL_CB_OK;
}

/* An attribute's address when its length fits the family. */
static bool attr_addr(const struct nlattr *attr, int family, struct addr *ret_addr)
{
	const void *value = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	if (family == AF_INET && len == 4)
		*ret_addr = addr_v4(value);
	else if (family == AF_INET6 && len == 16)
		*ret_addr = addr_v6(value);
	else
		return false;
	return true;
}

static int on_address(const struct nlmsghdr *message, void *user)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	const struct device_list *list = user;
	struct device_addr found = {.prefix = info->ifa_prefixlen, .scope = info->ifa_scope};
	struct device_addr *addrs;
	uint32_t flags = info->ifa_flags;
	struct device *d = NULL;
	struct addr local = {0};
	const struct nlattr *attr;

	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].index == info->ifa_index)
			d = &list->rows[i];
	if (message->nlmsg_type != RTM_NEWADDR || !d)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		/* On point-to-point links IFA_ADDRESS is the peer and IFA_LOCAL is us. */
		if (mnl_attr_get_type(attr) == IFA_ADDRESS)
			attr_addr(attr, info->ifa_family, &found.addr);
		if (mnl_attr_get_type(attr) == IFA_LOCAL)
			attr_addr(attr, info->ifa_family, &local);
		if (mnl_attr_get_type(attr) == IFA_BROADCAST)
			attr_addr(attr, info->ifa_family, &found.broadcast);
		if (mnl_attr_get_type(attr) == IFA_FLAGS &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint32_t))
			flags = mnl_attr_get_u32(attr);
	}
	if (local.family)
		found.addr = local;
	found.tentative =
		flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED) && !(flags & IFA_F_OPTIMISTIC);
	if (!found.addr.family)
		return MNL_CB_OK;
	addrs = grow(d->addrs, d->n_addrs, sizeof(*addrs));
	if (!addrs)
		return MNL_CB_ERROR;
	d->addrs = addrs;
	d->addrs[d->n_addrs++] = found;
	return MNL_CB_OK;
}

static int dump_links(struct netlink *netlink, struct device_list *list)
{
	char buffer[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *info;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_DUMP;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return netlink_request(netlink, request, on_link, list);
}

static int dump_addresses(struct netlink *netlink, struct device_list *list)
{
	char buffer[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifaddrmsg *info;

	request->nlmsg_type = RTM_GETADDR;
	request->nlmsg_flags = NLM_F_DUMP;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifa_family = AF_UNSPEC;
	return netlink_request(netlink, request, on_address, list);
}

int device_list_read(struct netlink *netlink, struct device_list *ret_list, struct err *err)
{
	struct device_list list = {0};
	int code = -EINTR;

	for (int i = 0; i < DUMP_TRIES && code == -EINTR; i++) {
		device_list_done(&list);
		code = dump_links(netlink, &list);
		if (!code)
			code = dump_addresses(netlink, &list);
	}
	if (code) {
		device_list_done(&list);
		return err_set(
			err, code,
			"The list of network interfaces could not be read from the kernel: %s.",
			strerror(-code));
	}
	*ret_list = list;
	return 0;
}

void device_list_done(struct device_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->rows[i].addrs);
	free(list->rows);
	*list = (struct device_list) {0};
}

const struct device *device_by_name(const struct device_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->rows[i].name, name) == 0)
			return &list->rows[i];
	return NULL;
}

const struct device *device_by_index(const struct device_list *list, uint32_t index)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].index == index)
			return &list->rows[i];
	return NULL;
}

bool device_is_local(const struct device_list *list, const struct addr *addr)
{
	if (addr_is_loopback(addr))
		return true;
	for (size_t i = 0; i < list->count; i++) {
		const struct device *d = &list->rows[i];

		for (size_t k = 0; d->up && k < d->n_addrs; k++)
			if (addr_equal(&d->addrs[k].addr, addr))
				return true;
	}
	return false;
}

/* True when number is the first or the last address of the prefix around one of our addresses. */
static bool is_prefix_edge(const struct device_addr *own, uint32_t number)
{
	uint32_t mask, low;

	if (own->addr.family != 4 || own->prefix > 30)
		return false;
	mask = own->prefix ? ~(uint32_t)0 << (32 - own->prefix) : 0;
	low = addr_number(&own->addr) & mask;
	return number == low || number == (low | ~mask);
}

bool device_is_broadcast(const struct device_list *list, const struct addr *addr)
{
	if (addr->family != 4)
		return false;
	if (addr_number(addr) == UINT32_MAX)
		return true;
	for (size_t i = 0; i < list->count; i++) {
		const struct device *d = &list->rows[i];

		for (size_t k = 0; k < d->n_addrs; k++)
			if (is_prefix_edge(&d->addrs[k], addr_number(addr)) ||
			    addr_equal(&d->addrs[k].broadcast, addr))
				return true;
	}
	return false;
}
