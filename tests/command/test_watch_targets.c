// SPDX-License-Identifier: Apache-2.0
// Words of a command lead to interfaces when they are addresses, and to all when they may be names.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../net/lab.h"
#include "command/watch_targets.h"

#define MAX 4

static struct device_list devices;
static uint32_t lo, left, right;

static const struct {
	const char *words[6];
	const char *where; /* l(o), L(eft), R(ight); "": no telling */
} rows[] = {
	{{"nmap", "192.0.2.7"}, "L"},
	{{"nmap", "-sS", "-p", "22,80-90", "192.0.2.7"}, "L"},
	{{"nmap", "-p22", "192.0.2.0/28"}, "L"},
	{{"nmap", "198.51.100.9", "192.0.2.9"}, "RL"},
	{{"nmap", "192-198.0-51.2-100.7"}, "LR"},
	{{"nmap", "127.0.0.1"}, "l"},
	{{"nmap", "0.0.0.0/0"}, "LR"},
	{{"zmap", "-i", "right", "192.0.2.7"}, "RL"},
	{{"nmap", "-eright", "192.0.2.7"}, "RL"},
	{{"zmap", "--interface=right", "192.0.2.7"}, "RL"},
	{{"masscan", "--range=198.51.100.0/28", "192.0.2.7"}, "RL"},
	{{"masscan", "--source-ip=198.51.100.1", "192.0.2.7"}, "L"},
	{{"nmap", "--script=right-or-wrong", "192.0.2.7"}, "L"},
	{{"masscan", "192.0.2.7", "--router-mac", "02-00-00-00-00-aa", "--rate", "100"}, "L"},
	{{"nmap", "--data-length", "25", "-T4", "192.0.2.7"}, "L"},
	{{"nmap", "-oX", "out.xml", "192.0.2.7"}, "L"},
	{{"nmap"}, ""},
	{{"nmap", "host.example"}, ""},
	{{"nmap", "192.0.2.7", "host"}, ""},
	{{"nmap", "-iL", "list", "192.0.2.7"}, ""},
	{{"masscan", "--include-file=list", "192.0.2.7"}, ""},
	{{"sh", "-c", "nmap 192.0.2.7"}, ""},
	{{"nmap", "203.0.113.1"}, ""}, /* there is no way */
};

static uint32_t interface_of(char letter)
{
	return letter == 'l' ? lo : letter == 'L' ? left : right;
}

static void finds_the_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t found[MAX];
		size_t words = 0, count, wanted = strlen(rows[i].where);

		while (words < 6 && rows[i].words[words])
			words++;
		count = watch_targets_interfaces(&devices, (char *const *)(uintptr_t)rows[i].words,
						 words, MAX, found);
		for (size_t w = 0; w < wanted; w++) {
			bool has = false;

			for (size_t f = 0; f < count; f++)
				has |= found[f] == interface_of(rows[i].where[w]);
			if (!has)
				fail_msg("\"%s\": %zu ways, none by %c", rows[i].words[1], count,
					 rows[i].where[w]);
		}
		/* The name servers' way may come on top where there is any. */
		if (!wanted)
			assert_int_equal(count, 0);
		else if (!strchr(rows[i].where, 'R'))
			for (size_t f = 0; f < count; f++)
				assert_int_not_equal(found[f], right);
	}
}

static void too_many_are_all(void **state)
{
	static const char *const words[] = {"nmap", "192.0.2.7", "198.51.100.7"};
	uint32_t found[1];

	(void)state;
	assert_int_equal(
		watch_targets_interfaces(&devices, (char *const *)(uintptr_t)words, 3, 1, found),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_way),
		cmocka_unit_test(too_many_are_all),
	};
	struct netlink *netlink;
	int failed;

	lab_enter();
	lab_link_pair();
	lab_run("ip addr add 192.0.2.1/24 dev left; ip addr add 198.51.100.1/24 dev right");
	lo = lab_index("lo");
	left = lab_index("left");
	right = lab_index("right");
	if (netlink_open(&netlink, NULL) || device_list_read(netlink, &devices, NULL))
		return 1;
	netlink_close(netlink);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	device_list_done(&devices);
	return failed;
}
