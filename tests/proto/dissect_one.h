/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one dissector over a payload by itself, without the layers below it, and looks at what it
 * said. For unit tests of the protocols above TCP and UDP.
 */
#ifndef SONDE_TESTS_PROTO_DISSECT_ONE_H
#define SONDE_TESTS_PROTO_DISSECT_ONE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/dissect.h"

struct one {
	struct dissect d;
	struct dispatch dispatch;
	struct frame_facts frame;
	struct tree tree;
	struct buf info;
	enum cursor_status status;
	uint8_t *bytes; /* exactly as many as are held, so that ASan sees a read beyond */
};

static inline void one_done(struct one *one)
{
	free(one->bytes);
	buf_done(&one->info);
	tree_done(&one->tree);
}

/* The payload is held up to `held`; ports are those of its segment. */
static inline void one_run(struct one *one, enum protocol_id protocol, const void *payload,
			   uint32_t held, uint32_t len, const uint16_t ports[2])
{
	struct dissect *d = &one->d;
	struct cursor c;

	memset(one, 0, sizeof(*one));
	dispatch_init(&one->dispatch);
	one->bytes = malloc(held + 1);
	assert_non_null(one->bytes);
	one->bytes = realloc(one->bytes, held ? held : 1);
	memcpy(one->bytes, payload, held);
	one->tree.want_text = true;
	tree_clear(&one->tree);
	one->tree.held = held;
	d->frame = &one->frame;
	d->dispatch = &one->dispatch;
	d->tree = &one->tree;
	d->info = &one->info;
	d->protocol = protocol_get(protocol)->name;
	d->kept.source_port = ports[0];
	d->kept.destination_port = ports[1];
	d->steps = DISSECT_STEPS_MAX;
	d->source_count = 1;
	d->sources[0] = (struct dissect_source) {"Frame", one->bytes, held};
	d->layer_count = 1;
	d->layers[0].protocol = (uint8_t)protocol;
	d->item = tree_uint(&one->tree, FIELD_ID(protocol, 0), 0, 0, 0);
	d->layers[0].item = tree_index(&one->tree, d->item);
	tree_open(&one->tree, d->item);
	c = cursor_init(one->bytes, held, len);
	protocol_get(protocol)->dissector->run(d, &c);
	one->status = c.status;
}

/* The which-th item (from 0) of that name. */
static inline const struct item *one_item(const struct one *one, const char *name, unsigned which)
{
	for (uint32_t i = 0; i < one->tree.count; i++) {
		const struct field *field = field_get(one->tree.items[i].id);

		if (field && !strcmp(field->name, name) && !which--)
			return &one->tree.items[i];
	}
	fail_msg("%s is not there", name);
	return NULL;
}

static inline void one_text(const struct one *one, const char *name, const char *expected)
{
	const struct item *item = one_item(one, name, 0);

	assert_int_equal(item->value_len, strlen(expected));
	assert_memory_equal(item->bytes, expected, strlen(expected));
}

static inline void one_number(const struct one *one, const char *name, uint64_t expected)
{
	assert_int_equal(one_item(one, name, 0)->number, expected);
}

static inline void one_columns(const struct one *one, const char *protocol, const char *info)
{
	assert_string_equal(one->d.protocol, protocol);
	assert_string_equal(buf_text(&one->info), info);
}

/*
 * Cut at every byte, by the capture and by the sender; and every byte set to what makes lengths
 * lie. Nothing may be read beyond, and the turns must not run out.
 */
static inline void one_torture(enum protocol_id protocol, const void *payload, uint32_t len,
			       const uint16_t ports[2])
{
	static const uint8_t lies[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	uint8_t *copy = malloc(len);
	struct one one;

	assert_non_null(copy);
	for (uint32_t held = 0; held <= len; held++) {
		one_run(&one, protocol, payload, held, len, ports);
		one_done(&one);
		one_run(&one, protocol, payload, held, held, ports);
		one_done(&one);
	}
	for (uint32_t i = 0; i < len * sizeof(lies); i++) {
		memcpy(copy, payload, len);
		copy[i / sizeof(lies)] = lies[i % sizeof(lies)];
		one_run(&one, protocol, copy, len, len, ports);
		assert_false(one.d.exhausted);
		one_done(&one);
	}
	free(copy);
}

#endif
