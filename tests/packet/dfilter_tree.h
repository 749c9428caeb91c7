/* SPDX-License-Identifier: Apache-2.0 */
/* A frame and a tree made by hand, with two values of every field of "t". */
#ifndef SONDE_TESTS_DFILTER_TREE_H
#define SONDE_TESTS_DFILTER_TREE_H

#include <stdlib.h>

#include "dfilter_fields.h"

/* Ethernet, IPv4 192.0.2.1 > 192.0.2.2, TCP 40000 > 80, SYN. */
static const uint8_t test_frame[] = {
	0x02, 0x00, 0x5e, 0x10, 0x00, 0x02, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 0x08, 0x00,
	0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0x40, 0x06, 0xf6, 0xca, 0xc0, 0x00,
	0x02, 0x01, 0xc0, 0x00, 0x02, 0x02, 0x9c, 0x40, 0x00, 0x50, 0x00, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x00, 0x50, 0x02, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00};

static inline uint16_t test_id(const char *name)
{
	int id = test_find(name, -1);

	if (id < 0)
		abort();
	return (uint16_t)id;
}

static inline void test_fill(struct tree *t)
{
	static const uint8_t bytes[] = {0x01, 0x02, 0x03, 0x04, 'a', 'B', 'c', 0x00, 0xff};
	static const uint8_t mac[] = {0x02, 0x00, 0x5e, 0x10, 0x00, 0x01};
	static const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};

	t->held = (uint32_t)sizeof(test_frame);
	tree_uint(t, test_id("t"), 0, 14, 0);
	tree_uint(t, test_id("t.none"), 0, 0, 0);
	for (unsigned layer = 0; layer < 2; layer++) {
		t->layer = layer;
		tree_uint(t, test_id("t.bool"), 0, 1, layer == 0);
		tree_uint(t, test_id("t.uint"), 0, 1, 10 + 10 * layer);
		tree_int(t, test_id("t.int"), 0, 1, layer ? -5 : 5);
		tree_real(t, test_id("t.double"), 0, 1, layer ? 2.5 : 1.5);
		tree_bytes(t, test_id("t.bytes"), 0, 1, bytes, layer ? 4 : sizeof(bytes));
		tree_bytes(t, test_id("t.ether"), 0, 1, mac, sizeof(mac));
		tree_uint(t, test_id("t.ipv4"), 0, 1, 0xc0000201 + layer);
		tree_bytes(t, test_id("t.ipv6"), 0, 1, ipv6, sizeof(ipv6));
		tree_string(t, test_id("t.string"), 0, 1, layer ? "Hello" : "World");
		tree_int(t, test_id("t.time"), 0, 1, 1700000000000000000 + layer);
		tree_int(t, test_id("t.duration"), 0, 1, layer ? 1500000000 : 500000000);
		tree_uint(t, test_id("t.frame"), 0, 1, 7 + layer);
	}
}

/* The same one every time. */
static inline const struct dissect *test_dissection(void)
{
	static struct dissect d;
	static struct tree tree;

	if (!d.tree) {
		test_fill(&tree);
		d.tree = &tree;
		d.sources[0] = (struct dissect_source) {"Frame", test_frame, sizeof(test_frame)};
		d.source_count = 1;
	}
	return &d;
}

#endif
