/* SPDX-License-Identifier: Apache-2.0 */
/* A payload put into a UDP or TCP packet and dissected: what the tests of dissectors share. */
#ifndef SONDE_TESTS_PROTO_ALONE_H
#define SONDE_TESTS_PROTO_ALONE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/dissect.h"
#include "proto/ipv4.h"

#define ALONE_HEADERS (20 + 8)
#define ALONE_MAX     (ALONE_HEADERS + 2048)

struct alone {
	struct dispatch dispatch;
	struct tree tree;
	struct buf info;
	struct dissect d;
	struct frame_facts facts;
};

/* Makes an IPv4 and UDP frame of the payload; returns its length. */
static uint32_t alone_frame(uint8_t *out, uint16_t source, uint16_t destination,
			    const uint8_t *payload, uint32_t len)
{
	uint8_t head[ALONE_HEADERS] = {0x45, 0, 0,   0, 0, 1, 0,   0, 64, 17,
				       0,    0, 192, 0, 2, 1, 192, 0, 2,  2};
	uint32_t all = ALONE_HEADERS + len;

	head[2] = (uint8_t)(all >> 8);
	head[3] = (uint8_t)all;
	head[20] = (uint8_t)(source >> 8);
	head[21] = (uint8_t)source;
	head[22] = (uint8_t)(destination >> 8);
	head[23] = (uint8_t)destination;
	head[24] = (uint8_t)((len + 8) >> 8);
	head[25] = (uint8_t)(len + 8);
	memcpy(out, head, sizeof(head));
	if (len)
		memcpy(out + sizeof(head), payload, len);
	return all;
}

/* Dissects captured of wire bytes from a block of exactly that size, so that ASan sees each step. */
static void alone_run(struct alone *a, const uint8_t *frame, uint32_t captured, uint32_t wire)
{
	uint8_t *copy = malloc(captured ? captured : 1);

	assert_non_null(copy);
	memcpy(copy, frame, captured);
	buf_clear(&a->info);
	a->facts = (struct frame_facts) {.number = 1, .captured_len = captured, .wire_len = wire};
	a->tree.want_text = true;
	a->d.frame = &a->facts;
	a->d.dispatch = &a->dispatch;
	a->d.tree = &a->tree;
	a->d.info = &a->info;
	dissect_run(&a->d, PROTOCOL_IPV4, copy);
	free(copy);
}

static struct alone *alone_new(void)
{
	struct alone *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	dispatch_init(&a->dispatch);
	return a;
}

static void alone_free(struct alone *a)
{
	tree_done(&a->tree);
	buf_done(&a->info);
	free(a);
}

/* The number of the nth field of that name; fails the test when there is none. */
static inline uint64_t alone_number(const struct alone *a, const char *name, unsigned nth)
{
	for (uint32_t i = 0; i < a->tree.count; i++)
		if (!strcmp(field_get(a->tree.items[i].id)->name, name) && nth-- == 0)
			return a->tree.items[i].number;
	fail_msg("no field %s", name);
	return 0;
}

static inline bool alone_has(const struct alone *a, const char *name)
{
	for (uint32_t i = 0; i < a->tree.count; i++)
		if (!strcmp(field_get(a->tree.items[i].id)->name, name))
			return true;
	return false;
}

/* Cut at each byte, by us and by them; then each byte in turn 0, 0xff and one more. */
static void alone_torture(uint16_t source, uint16_t destination, const uint8_t *payload,
			  uint32_t len)
{
	static const uint8_t lies[] = {0x00, 0xff, 0xc0, 0x01, 0x80};
	uint8_t frame[ALONE_MAX], bad[ALONE_MAX];
	struct alone *a = alone_new();
	uint32_t all = alone_frame(frame, source, destination, payload, len);

	for (uint32_t cut = 0; cut <= all; cut++)
		alone_run(a, frame, cut, all);
	for (uint32_t cut = 0; cut <= len; cut++)
		alone_run(a, bad, alone_frame(bad, source, destination, payload, cut),
			  ALONE_HEADERS + cut);
	for (uint32_t i = ALONE_HEADERS; i < all; i++) {
		memcpy(bad, frame, all);
		for (size_t k = 0; k < sizeof(lies); k++) {
			bad[i] = lies[k];
			alone_run(a, bad, all, all);
		}
	}
	alone_free(a);
}

#endif
