// SPDX-License-Identifier: Apache-2.0
// Devices, routes and neighbours come out as the kernel has them, failures as sentences.
#include <errno.h>
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab.h"
#include "net/device.h"
#include "net/netlink.h"
#include "net/route.h"
#include "net/route_table.h"

static struct netlink *netlink;
static uint32_t left, right, lo, tun;

static void lists_devices(void **state)
{
	static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0, 1};
	struct device_list list = {0};
	const struct device *d;
	struct err err = {0};

	(void)state;
	assert_int_equal(device_list_read(netlink, &list, &err), 0);
	d = device_by_name(&list, "left");
	assert_non_null(d);
	assert_ptr_equal(d, device_by_index(&list, left));
	assert_int_equal(d->hardware_type, ARPHRD_ETHER);
	assert_true(d->supported && d->link == LINK_ETHERNET && d->has_mac);
	assert_memory_equal(d->mac, mac, MAC_LEN);
	assert_true(d->up && d->running && !d->loopback && !d->no_arp && !d->point_to_point);
	assert_int_equal(d->mtu, 1400);
	assert_true(d->n_addrs >= 2); /* also a link-local one */
	assert_true(addr_equal(&d->addrs[0].addr, &(struct addr) {4, {192, 0, 2, 1}}));
	assert_int_equal(d->addrs[0].prefix, 24);
	assert_int_equal(d->addrs[0].scope, 0);
	assert_true(addr_equal(&d->addrs[0].broadcast, &(struct addr) {4, {192, 0, 2, 255}}));

	d = device_by_name(&list, "lo");
	assert_true(d && d->loopback && d->link == LINK_ETHERNET && d->supported);
	assert_int_equal(d->addrs[0].scope, 254);
	d = device_by_name(&list, "tunroute");
	assert_true(d && d->link == LINK_RAW && d->supported && d->point_to_point && !d->has_mac);
	/* Our end of a point-to-point link, not the peer's. */
	assert_true(addr_equal(&d->addrs[0].addr, &(struct addr) {4, {10, 9, 0, 1}}));
	d = device_by_name(&list, "off");
	assert_true(d && !d->up && !d->running);
	assert_null(device_by_name(&list, "missing0"));
	assert_null(device_by_index(&list, 9999));
	device_list_done(&list);
	assert_int_equal(list.count, 0);
}

static void knows_own_and_broadcast_addresses(void **state)
{
	static const struct {
		const char *addr;
		bool local;
		bool broadcast;
	} rows[] = {
		{"192.0.2.1", true, false},
		{"192.0.2.2", false, false},
		{"192.0.2.255", false, true},
		{"192.0.2.0", false, true},
		{"255.255.255.255", false, true},
		{"127.0.0.5", true, false},
		{"10.9.0.1", true, false},
		{"10.9.0.2", false, false},
		{"2001:db8::1", true, false},
		{"2001:db8::2", false, false},
		{"::1", true, false},
		{"8.8.8.255", false, false},
		{"10.31.0.1", true, false}, /* of a /31: neither end is a broadcast address */
		{"10.31.0.0", false, false},
	};
	struct device_list list = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(device_list_read(netlink, &list, &err), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = lab_addr(rows[i].addr);

		if (device_is_local(&list, &a) != rows[i].local ||
		    device_is_broadcast(&list, &a) != rows[i].broadcast)
			fail_msg("%s", rows[i].addr);
	}
	device_list_done(&list);
}

static void finds_routes(void **state)
{
	const struct {
		const char *to;
		uint32_t by;
		enum route_kind kind;
		uint32_t ifindex;
		const char *source;
		const char *gateway;
		bool assumed;
	} rows[] = {
		{"192.0.2.7", 0, ROUTE_UNICAST, left, "192.0.2.1", NULL, false},
		{"8.8.8.8", 0, ROUTE_UNICAST, left, "192.0.2.1", "192.0.2.254", false},
		{"8.8.8.8", left, ROUTE_UNICAST, left, "192.0.2.1", "192.0.2.254", false},
		{"8.8.8.8", right, ROUTE_UNICAST, right, "10.31.0.1", NULL, true},
		{"10.31.0.0", right, ROUTE_UNICAST, right, "10.31.0.1", NULL, false},
		{"10.9.0.2", 0, ROUTE_UNICAST, tun, "10.9.0.1", NULL, false},
		{"10.50.0.1", 0, ROUTE_UNICAST, left, "192.0.2.1", "2001:db8::fe", false},
		{"127.0.0.1", 0, ROUTE_LOCAL, lo, "127.0.0.1", NULL, false},
		{"192.0.2.1", 0, ROUTE_LOCAL, lo, "192.0.2.1", NULL, false},
		{"192.0.2.1", left, ROUTE_LOCAL, lo, "192.0.2.1", NULL, false},
		{"192.0.2.255", 0, ROUTE_BROADCAST, left, "192.0.2.1", NULL, false},
		{"224.0.0.1", 0, ROUTE_MULTICAST, left, "192.0.2.1", "192.0.2.254", false},
		{"2001:db8::7", 0, ROUTE_UNICAST, left, "2001:db8::1", NULL, false},
		{"2001:4860::1", 0, ROUTE_UNICAST, left, "2001:db8::1", "2001:db8::fe", false},
		{"2001:db8::1", 0, ROUTE_LOCAL, lo, "2001:db8::1", NULL, false},
		{"::1", 0, ROUTE_LOCAL, lo, "::1", NULL, false},
		{"fe80::9", left, ROUTE_UNICAST, left, "fe80::ff:fe00:1", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr to = lab_addr(rows[i].to), none = {0};
		struct addr source = lab_addr(rows[i].source);
		struct addr gateway = rows[i].gateway ? lab_addr(rows[i].gateway) : none;
		char from[ADDR_TEXT_MAX], via[ADDR_TEXT_MAX];
		struct route r = {0};
		struct err err = {0};

		if (route_lookup(netlink, &to, rows[i].by, &r, &err) < 0)
			fail_msg("%s: %s", rows[i].to, err.text);
		if (r.kind != rows[i].kind || r.ifindex != rows[i].ifindex ||
		    !addr_equal(&r.source, &source) || r.assumed_on_link != rows[i].assumed ||
		    (r.kind != ROUTE_MULTICAST && !addr_equal(&r.gateway, &gateway)))
			fail_msg("%s by %u: kind %d, by %u, from %s, via %s, assumed %d",
				 rows[i].to, rows[i].by, (int)r.kind, r.ifindex,
				 addr_text(&r.source, from), addr_text(&r.gateway, via),
				 r.assumed_on_link);
	}
}

static void says_why_there_is_no_route(void **state)
{
	const struct {
		const char *to;
		uint32_t by;
		int code;
		const char *words;
	} rows[] = {
		{"198.51.100.1", 0, -EINVAL, "blackhole"},
		{"203.0.113.1", 0, -EHOSTUNREACH, "unreachable"},
		{"203.0.113.129", 0, -EACCES, "prohibit"},
		{"203.0.113.200", 0, -ENETUNREACH, "no route to 203.0.113.200"},
		{"2001:db8:1::1", 0, -EINVAL, "blackhole"},
		{"2001:db8:2::1", 0, -EHOSTUNREACH, "unreachable"},
		{"2001:db8:3::1", 0, -EACCES, "prohibit"},
		{"2001:db8:4::1", 0, -ENETUNREACH, "no route"},
		{"8.8.8.8", 9999, -ENODEV, "number 9999"},
		{"2001:4860::1", 9999, -ENODEV, "number 9999"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr to = lab_addr(rows[i].to);
		struct route r;
		struct err err = {0};
		int code = route_lookup(netlink, &to, rows[i].by, &r, &err);

		if (code != rows[i].code || !strstr(err.text, rows[i].words))
			fail_msg("%s: %d (%s)", rows[i].to, code, err.text);
	}
}

static void says_that_an_interface_is_down(void **state)
{
	uint32_t off = lab_index("off");
	struct addr v4 = lab_addr("8.8.8.8"), v6 = lab_addr("fe80::1");
	struct route r;
	struct err err = {0};

	(void)state;
	assert_true(route_lookup(netlink, &v4, off, &r, &err) < 0);
	assert_non_null(strstr(err.text, "off"));
	assert_true(route_lookup(netlink, &v6, off, &r, &err) < 0);
	assert_non_null(strstr(err.text, "off"));
}

static void finds_neighbours(void **state)
{
	static const uint8_t known[MAC_LEN] = {2, 0, 0, 0, 0, 0x99};
	struct addr v4 = lab_addr("192.0.2.9"), v6 = lab_addr("2001:db8::9");
	struct addr failed = lab_addr("192.0.2.10"), unknown = lab_addr("192.0.2.11");
	struct addr stale = lab_addr("192.0.2.12");
	uint8_t mac[MAC_LEN] = {0};

	(void)state;
	assert_int_equal(route_neighbour(netlink, left, &v4, mac), 0);
	assert_memory_equal(mac, known, MAC_LEN);
	memset(mac, 0, sizeof(mac));
	assert_int_equal(route_neighbour(netlink, left, &v6, mac), 0);
	assert_memory_equal(mac, known, MAC_LEN);
	memset(mac, 0, sizeof(mac));
	assert_int_equal(route_neighbour(netlink, left, &stale, mac), 0);
	assert_memory_equal(mac, known, MAC_LEN);
	memset(mac, 0xee, sizeof(mac));
	assert_int_equal(route_neighbour(netlink, left, &failed, mac), -ENOENT);
	assert_int_equal(route_neighbour(netlink, left, &unknown, mac), -ENOENT);
	assert_int_equal(route_neighbour(netlink, right, &v4, mac), -ENOENT);
	assert_int_equal(mac[0], 0xee);
}

static bool uniform(const struct route_table *t, const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return route_table_uniform(t, &a);
}

/* A block is uniform when no route is for less than the whole of it, and no odd rule exists. */
static void knows_blocks_that_are_sent_alike(void **state)
{
	static struct route_table t;
	struct addr a, b;

	(void)state;
	assert_false(uniform(&t, "8.8.8.8")); /* nothing was read */
	route_table_read(netlink, &t);
	assert_true(uniform(&t, "8.8.8.8"));
	assert_true(uniform(&t, "198.51.100.7")); /* a blackhole all over */
	assert_true(uniform(&t, "172.16.0.1"));   /* no route at all */
	assert_false(uniform(&t, "192.0.2.77"));  /* our own address is in there */
	assert_false(uniform(&t, "203.0.113.200"));
	assert_false(uniform(&t, "10.31.0.77"));
	assert_false(uniform(&t, "2001:4860::1")); /* IPv6 is asked one by one */
	lab_run("ip route add 8.8.8.8/32 via 192.0.2.253");
	route_table_read(netlink, &t);
	assert_false(uniform(&t, "8.8.8.9"));
	assert_true(uniform(&t, "8.8.9.9"));
	lab_run("ip route del 8.8.8.8/32 && ip rule add to 8.1.0.0/16 table 77");
	route_table_read(netlink, &t);
	assert_false(uniform(&t, "8.8.9.9"));
	lab_run("ip rule del to 8.1.0.0/16 table 77");
	addr_parse("10.1.2.3", &a);
	addr_parse("10.1.2.255", &b);
	assert_true(route_same_block(&a, &b));
	addr_parse("10.1.3.0", &b);
	assert_false(route_same_block(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_devices),
		cmocka_unit_test(knows_own_and_broadcast_addresses),
		cmocka_unit_test(finds_routes),
		cmocka_unit_test(says_why_there_is_no_route),
		cmocka_unit_test(says_that_an_interface_is_down),
		cmocka_unit_test(finds_neighbours),
		cmocka_unit_test(knows_blocks_that_are_sent_alike),
	};
	struct err err = {0};
	int far, failed;

	lab_enter();
	lab_run("ip link add left mtu 1400 address 02:00:00:00:00:01 type veth peer name right && "
		"ip link add off type veth peer name off2 && "
		"sysctl -qw net.ipv6.conf.left.disable_ipv6=0 net.ipv6.conf.off.disable_ipv6=0 "
		"net.ipv6.conf.left.accept_dad=0 net.ipv6.conf.all.disable_ipv6=0 && "
		"ip link set left up && ip link set right up");
	far = lab_tun("tunroute");
	left = lab_index("left");
	right = lab_index("right");
	lo = lab_index("lo");
	tun = lab_index("tunroute");
	lab_run("ip addr add 192.0.2.1/24 broadcast 192.0.2.255 dev left && "
		"ip addr add 2001:db8::1/64 dev left nodad && "
		"ip addr add 10.31.0.1/31 dev right && "
		"ip addr add 10.9.0.1 peer 10.9.0.2 dev tunroute");
	lab_run("ip route add 8.0.0.0/8 via 192.0.2.254 && ip route add 224.0.0.0/4 dev left && "
		"ip route add 10.50.0.0/16 via inet6 2001:db8::fe dev left && "
		"ip route add blackhole 198.51.100.0/24 && "
		"ip route add unreachable 203.0.113.0/25 && "
		"ip route add prohibit 203.0.113.128/26");
	lab_run("ip -6 route add 2001:4860::/32 via 2001:db8::fe && "
		"ip -6 route add blackhole 2001:db8:1::/48 && "
		"ip -6 route add unreachable 2001:db8:2::/48 && "
		"ip -6 route add prohibit 2001:db8:3::/48");
	lab_run("for a in 192.0.2.9 2001:db8::9; do "
		"ip neigh add $a lladdr 02:00:00:00:00:99 dev left nud permanent; done && "
		"ip neigh add 192.0.2.12 lladdr 02:00:00:00:00:99 dev left nud stale && "
		"ip neigh add 192.0.2.10 dev left nud failed");
	if (netlink_open(&netlink, &err) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	netlink_close(netlink);
	close(far);
	return failed;
}
