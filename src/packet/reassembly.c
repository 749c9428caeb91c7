// SPDX-License-Identifier: Apache-2.0
// Puts fragments of IP datagrams together as a capture is read.
//
// Theory of operation. A datagram is known by its addresses, identification, VLAN and (IPv4)
// protocol, and waits in a table (packet/whole_table.h) for REASSEMBLY_AGE_MAX at most. Once it is
// complete, a later fragment with the same key begins another one.
#include "packet/reassembly.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct reassembly {
	struct whole_table table;
};

struct reassembly *reassembly_new(void)
{
	struct reassembly *r = calloc(1, sizeof(*r));

	if (r && whole_table_init(&r->table, REASSEMBLY_OPEN_MAX, REASSEMBLY_BYTES_MAX)) {
		free(r);
		return NULL;
	}
	return r;
}

void reassembly_free(struct reassembly *r)
{
	if (!r)
		return;
	whole_table_done(&r->table);
	free(r);
}

void reassembly_rewind(struct reassembly *r)
{
	whole_table_rewind(&r->table);
}

static void make_key(const struct dissect *d, const struct fragment *f, uint8_t out[WHOLE_KEY_LEN])
{
	struct {
		uint8_t source[16];
		uint8_t destination[16];
		uint32_t id;
		uint16_t vlan;
		uint8_t family;
		uint8_t protocol;
	} key = {
		.id = f->id,
		.vlan = d->kept.vlan,
		.family = d->kept.ip_source.family,
		.protocol = f->protocol,
	};

	static_assert(sizeof(key) == WHOLE_KEY_LEN, "no padding is hashed");
	memcpy(key.source, d->kept.ip_source.bytes, sizeof(key.source));
	memcpy(key.destination, d->kept.ip_destination.bytes, sizeof(key.destination));
	memcpy(out, &key, sizeof(key));
}

void reassembly_fragment(struct reassembly *r, const struct dissect *d,
			 const struct fragment *fragment, struct whole *ret_whole)
{
	const struct piece piece = {
		.frame = (uint32_t)d->frame->number,
		.offset = fragment->offset,
		.len = fragment->len,
		.layer = d->layer,
	};
	struct whole_table *t = &r->table;
	uint8_t key[WHOLE_KEY_LEN];
	struct open_whole *w;

	whole_table_turn(t, d->frame->number);
	make_key(d, fragment, key);
	ret_whole->frame = whole_index_find(&t->index, piece.frame, piece.layer);
	w = whole_table_find_done(t, key, &piece);
	if (w) {
		whole_table_tell(t, w, ret_whole);
		return;
	}
	if (d->frame->time > INT64_MIN + REASSEMBLY_AGE_MAX)
		whole_table_age(t, d->frame->time - REASSEMBLY_AGE_MAX);
	w = whole_table_find(t, key);
	if (!w)
		w = whole_table_add(t, key, d->frame->time);
	if (!w || !whole_table_put(t, w, &piece, fragment->bytes, !fragment->more))
		return;
	if (!pieces_complete(&w->pieces)) {
		whole_table_trim(t);
	} else if (whole_table_complete(t, w)) {
		whole_table_tell(t, w, ret_whole);
	}
}

void reassembly_counts(const struct reassembly *r, struct whole_counts *ret_counts)
{
	*ret_counts = r->table.counts;
}
