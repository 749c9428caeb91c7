// SPDX-License-Identifier: Apache-2.0
// Puts fragments of IP datagrams together as a capture is read.
//
// Theory of operation. A datagram is known by its addresses, identification, VLAN and (IPv4)
// protocol. Those that are not complete hang in buckets under a keyed hash, since strangers choose
// the keys, and in one list by age. What is oldest goes first when it is older than
// REASSEMBLY_AGE_MAX, by the time of packets, or when count or bytes reach their bound; nothing
// else ever looks at the clock, so both passes give up the same ones.
//
// A complete datagram leaves the table at once: a later fragment with the same key begins another
// one. Its bytes stay in `done` until the next frame, as long as the dissection that asked.
#include "packet/reassembly.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "packet/pieces.h"
#include "packet/whole_index.h"

#define BUCKETS 2048u /* a power of two */

struct datagram_key {
	uint8_t source[16];
	uint8_t destination[16];
	uint32_t id;
	uint16_t vlan;
	uint8_t family;
	uint8_t protocol;
};

struct datagram {
	struct datagram_key key;
	nsec_t first; /* time of the fragment that came first */
	struct pieces pieces;
	struct datagram *next;  /* in the bucket, or in `done` */
	struct datagram *newer; /* by age */
	struct datagram *older;
};

struct reassembly {
	struct hash_key key;
	struct datagram *buckets[BUCKETS];
	struct datagram *oldest;
	struct datagram *newest;
	struct datagram *done; /* by the frame being read */
	uint64_t frame;        /* the frame being read */
	struct whole_index index;
	struct reassembly_counts counts;
};

struct reassembly *reassembly_new(void)
{
	struct reassembly *r = calloc(1, sizeof(*r));

	if (r && getrandom(&r->key, sizeof(r->key), 0) != (ssize_t)sizeof(r->key)) {
		free(r);
		return NULL;
	}
	return r;
}

static void datagram_free(struct datagram *datagram)
{
	pieces_done(&datagram->pieces);
	free(datagram);
}

static struct datagram **bucket_of(struct reassembly *r, const struct datagram_key *key)
{
	return &r->buckets[hash_bytes(&r->key, key, sizeof(*key)) & (BUCKETS - 1)];
}

/* Takes it out of the table; it then is the caller's. */
static void unlink_datagram(struct reassembly *r, struct datagram *datagram)
{
	struct datagram **at = bucket_of(r, &datagram->key);

	while (*at != datagram)
		at = &(*at)->next;
	*at = datagram->next;
	if (datagram->older)
		datagram->older->newer = datagram->newer;
	else
		r->oldest = datagram->newer;
	if (datagram->newer)
		datagram->newer->older = datagram->older;
	else
		r->newest = datagram->older;
	r->counts.open--;
	r->counts.bytes -= sizeof(*datagram) + pieces_size(&datagram->pieces);
}

static void drop_oldest(struct reassembly *r)
{
	struct datagram *datagram = r->oldest;

	unlink_datagram(r, datagram);
	datagram_free(datagram);
}

static void drop_done(struct reassembly *r)
{
	while (r->done) {
		struct datagram *next = r->done->next;

		datagram_free(r->done);
		r->done = next;
	}
}

void reassembly_free(struct reassembly *r)
{
	if (!r)
		return;
	while (r->oldest)
		drop_oldest(r);
	drop_done(r);
	whole_index_done(&r->index);
	free(r);
}

/* Another frame than the last: what that one completed is no longer needed. */
static void turn_to(struct reassembly *r, uint64_t frame)
{
	if (frame == r->frame)
		return;
	drop_done(r);
	if (frame < r->frame) {
		while (r->oldest)
			drop_oldest(r);
		whole_index_seal(&r->index);
		r->counts = (struct reassembly_counts) {0};
	}
	r->frame = frame;
}

static void give_up_old(struct reassembly *r, nsec_t now)
{
	while (r->oldest && now - r->oldest->first > REASSEMBLY_AGE_MAX) {
		drop_oldest(r);
		r->counts.aged++;
	}
}

static void make_key(const struct dissect *d, const struct fragment *f, struct datagram_key *key)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->source, d->kept.ip_source.bytes, sizeof(key->source));
	memcpy(key->destination, d->kept.ip_destination.bytes, sizeof(key->destination));
	key->id = f->id;
	key->vlan = d->kept.vlan;
	key->family = d->kept.ip_source.family;
	key->protocol = f->protocol;
}

static struct datagram *add_datagram(struct reassembly *r, const struct datagram_key *key,
				     struct datagram **bucket, nsec_t now)
{
	struct datagram *datagram = calloc(1, sizeof(*datagram));

	if (!datagram)
		return NULL;
	datagram->key = *key;
	datagram->first = now;
	datagram->next = *bucket;
	*bucket = datagram;
	datagram->older = r->newest;
	if (r->newest)
		r->newest->newer = datagram;
	else
		r->oldest = datagram;
	r->newest = datagram;
	r->counts.open++;
	r->counts.bytes += sizeof(*datagram);
	return datagram;
}

/* The datagram that this frame has completed with this very piece. */
static const struct datagram *find_done(const struct reassembly *r, const struct datagram_key *key,
					const struct piece *piece)
{
	for (const struct datagram *g = r->done; g; g = g->next) {
		if (memcmp(&g->key, key, sizeof(*key)))
			continue;
		for (uint32_t i = 0; i < g->pieces.count; i++)
			if (g->pieces.items[i].frame == piece->frame &&
			    g->pieces.items[i].layer == piece->layer)
				return g;
	}
	return NULL;
}

static void tell_whole(const struct reassembly *r, const struct datagram *g,
		       struct whole *ret_whole)
{
	*ret_whole = (struct whole) {
		.frame = (uint32_t)r->frame,
		.bytes = g->pieces.bytes,
		.len = g->pieces.end,
		.pieces = g->pieces.items,
		.piece_count = g->pieces.count,
	};
}

/* It is complete: out of the table, its bytes in a row. */
static void complete(struct reassembly *r, struct datagram *g, struct whole *ret_whole)
{
	unlink_datagram(r, g);
	if (pieces_join(&g->pieces)) {
		datagram_free(g);
		return;
	}
	g->next = r->done;
	r->done = g;
	r->counts.complete++;
	for (uint32_t i = 0; i < g->pieces.count; i++)
		whole_index_add(&r->index, g->pieces.items[i].frame, g->pieces.items[i].layer,
				(uint32_t)r->frame);
	tell_whole(r, g, ret_whole);
}

static struct datagram *find_or_add(struct reassembly *r, const struct datagram_key *key,
				    nsec_t now)
{
	struct datagram **bucket = bucket_of(r, key);

	for (struct datagram *g = *bucket; g; g = g->next)
		if (!memcmp(&g->key, key, sizeof(*key)))
			return g;
	if (r->counts.open == REASSEMBLY_OPEN_MAX) {
		drop_oldest(r);
		r->counts.evicted++;
		bucket = bucket_of(r, key);
	}
	return add_datagram(r, key, bucket, now);
}

/* False when the datagram had to go: it can never be whole. */
static bool add_piece(struct reassembly *r, struct datagram *g, const struct piece *piece,
		      const struct fragment *f)
{
	size_t before = pieces_size(&g->pieces);
	int code = pieces_add(&g->pieces, piece, f->bytes, !f->more);

	r->counts.bytes += pieces_size(&g->pieces) - before;
	if (!code)
		return true;
	unlink_datagram(r, g);
	datagram_free(g);
	r->counts.evicted++;
	return false;
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
	const struct datagram *again;
	struct datagram_key key;
	struct datagram *g;

	turn_to(r, d->frame->number);
	make_key(d, fragment, &key);
	ret_whole->frame = whole_index_find(&r->index, piece.frame, piece.layer);
	again = find_done(r, &key, &piece);
	if (again) {
		tell_whole(r, again, ret_whole);
		return;
	}
	give_up_old(r, d->frame->time);
	g = find_or_add(r, &key, d->frame->time);
	if (!g || !add_piece(r, g, &piece, fragment))
		return;
	if (pieces_complete(&g->pieces)) {
		complete(r, g, ret_whole);
		return;
	}
	while (r->counts.bytes > REASSEMBLY_BYTES_MAX) {
		drop_oldest(r);
		r->counts.evicted++;
	}
}

void reassembly_counts(const struct reassembly *r, struct reassembly_counts *ret_counts)
{
	*ret_counts = r->counts;
}
