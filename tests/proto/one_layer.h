/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one dissector over bytes, as if a frame began with its header: for unit tests. Include
 * cmocka's own headers before. */
#ifndef SONDE_TESTS_ONE_LAYER_H
#define SONDE_TESTS_ONE_LAYER_H

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/dissect.h"

struct one_layer {
	struct dissect d;
	struct dispatch dispatch;
	struct tree tree;
	struct buf info;
};

/*
 * Reads bytes (wire_len of them were sent) as protocol. Only the items count, not their place:
 * the frame's own layer is left out. Addresses of the IP header above are left as set in l->d.kept.
 */
static inline void one_layer_run(struct one_layer *l, enum protocol_id protocol,
				 const uint8_t *bytes, uint32_t len, uint32_t wire_len)
{
	struct cursor c = cursor_init(bytes, len, wire_len);

	dispatch_init(&l->dispatch);
	tree_clear(&l->tree);
	buf_clear(&l->info);
	l->tree.want_text = true;
	l->tree.held = len;
	l->tree.source = 0;
	l->tree.parent = TREE_NO_PARENT;
	l->d.dispatch = &l->dispatch;
	l->d.tree = &l->tree;
	l->d.info = &l->info;
	l->d.protocol = protocol_get(protocol)->name;
	l->d.layer = 0;
	l->d.layer_count = 1;
	l->d.layers[0] =
		(struct dissect_layer) {.protocol = (uint8_t)protocol, .item = TREE_NO_PARENT};
	l->d.steps = DISSECT_STEPS_MAX;
	l->d.pending_count = 0;
	l->d.sources[0] = (struct dissect_source) {"Frame", bytes, len};
	l->d.source_count = 1;
	protocol_get(protocol)->dissector->run(&l->d, &c);
	l->d.failed = !cursor_ok(&c);
}

/* The item of a field by name, the nth (from 0); NULL when there is none. */
static inline const struct item *one_layer_item(const struct one_layer *l, const char *name,
						unsigned nth)
{
	for (uint32_t i = 0; i < l->tree.count; i++)
		if (!strcmp(field_get(l->tree.items[i].id)->name, name) && !nth--)
			return &l->tree.items[i];
	return NULL;
}

struct one_layer_value {
	const char *name;
	uint64_t number;
};

/* Reads a whole packet and asserts that nothing failed, these numbers, and the Info column. */
static inline void one_layer_check(struct one_layer *l, enum protocol_id protocol,
				   const uint8_t *bytes, uint32_t len,
				   const struct one_layer_value *values, size_t count,
				   const char *info)
{
	one_layer_run(l, protocol, bytes, len, len);
	assert_false(l->d.failed);
	for (size_t i = 0; i < count; i++) {
		const struct item *item = one_layer_item(l, values[i].name, 0);

		if (!item)
			fail_msg("no field %s", values[i].name);
		if (item->number != values[i].number)
			fail_msg("%s is %llu", values[i].name, (unsigned long long)item->number);
	}
	assert_string_equal(buf_text(&l->info), info);
}

static inline void one_layer_done(struct one_layer *l)
{
	tree_done(&l->tree);
	buf_done(&l->info);
}

/*
 * Every cut of the bytes, as our capture's cut and as the sender's; then every byte changed to
 * each of a few values that lie about lengths. The bytes stand at the end of their own block of
 * memory, so that the sanitizers see a read behind them.
 */
static inline void one_layer_torment(struct one_layer *l, enum protocol_id protocol,
				     const uint8_t *bytes, uint32_t len)
{
	static const uint8_t lies[] = {0, 1, 3, 4, 0x7f, 0x80, 0xff};

	for (uint32_t cut = 0; cut <= len; cut++) {
		uint8_t *part = malloc(cut ? cut : 1);

		memcpy(part, bytes, cut);
		one_layer_run(l, protocol, part, cut, len);
		one_layer_run(l, protocol, part, cut, cut);
		free(part);
	}
	for (uint32_t at = 0; at < len; at++) {
		for (size_t i = 0; i < sizeof(lies); i++) {
			uint8_t *part = malloc(len);

			memcpy(part, bytes, len);
			part[at] = lies[i];
			one_layer_run(l, protocol, part, len, len);
			free(part);
		}
	}
}

/* A packet of a protocol, what is read of it, and its Info column. */
struct one_layer_case {
	enum protocol_id protocol;
	const uint8_t *bytes;
	uint32_t len;
	const struct one_layer_value *values;
	size_t count;
	const char *info;
};

#define ONE_LAYER_CASE(protocol, packet, wanted, text)                                             \
	{                                                                                          \
		protocol, packet, sizeof(packet), wanted, sizeof(wanted) / sizeof((wanted)[0]),    \
			text                                                                       \
	}

struct one_layer_cases {
	const struct one_layer_case *cases;
	size_t count;
	struct one_layer *layer;
};

static inline void one_layer_packets_are_read(void **state)
{
	const struct one_layer_cases *all = *state;

	for (size_t i = 0; i < all->count; i++) {
		const struct one_layer_case *c = &all->cases[i];

		one_layer_check(all->layer, c->protocol, c->bytes, c->len, c->values, c->count,
				c->info);
	}
}

static inline void one_layer_packets_survive(void **state)
{
	const struct one_layer_cases *all = *state;

	for (size_t i = 0; i < all->count; i++) {
		const struct one_layer_case *c = &all->cases[i];

		one_layer_torment(all->layer, c->protocol, c->bytes, c->len);
	}
}

/* The main() of a test that has nothing but cases: reads each, then torments each. */
static inline int one_layer_main(const struct one_layer_case *cases, size_t count)
{
	struct one_layer layer = {0};
	struct one_layer_cases all = {cases, count, &layer};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(one_layer_packets_are_read, &all),
		cmocka_unit_test_prestate(one_layer_packets_survive, &all),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}

#endif
