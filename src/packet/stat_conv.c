// SPDX-License-Identifier: Apache-2.0
// Conversations and endpoints of one protocol.
#include "packet/stat_conv.h"

#include <string.h>

const struct stat_conv_type stat_conv_types[] = {
	{"eth", "Ethernet", PROTOCOL_ETHERNET, .core = true},
	{"ip", "IPv4", PROTOCOL_IPV4, .core = true},
	{"ipv6", "IPv6", PROTOCOL_IPV6, .core = true},
	{"ipx", "IPX", PROTOCOL_IPX},
	{"sctp", "SCTP", PROTOCOL_SCTP, .ports = true},
	{"sll", "SLL", PROTOCOL_SLL},
	{"tcp", "TCP", PROTOCOL_TCP, .ports = true, .core = true},
	{"udp", "UDP", PROTOCOL_UDP, .ports = true, .core = true},
	{NULL},
};

const struct stat_conv_type *stat_conv_type(const char *name, size_t len)
{
	for (const struct stat_conv_type *t = stat_conv_types; t->name; t++)
		if (strlen(t->name) == len && !memcmp(t->name, name, len))
			return t;
	return NULL;
}

void stat_conv_init(struct stat_conv *c, const struct stat_conv_type *type, bool endpoints,
		    const struct hash_key *key)
{
	c->type = type;
	c->endpoints = endpoints;
	stat_table_init(&c->table,
			endpoints                        ? STAT_ENDPOINTS
			: type->protocol == PROTOCOL_TCP ? STAT_STREAMS
							 : STAT_TALKS,
			key);
}

void stat_conv_done(struct stat_conv *c)
{
	stat_table_done(&c->table);
}

void stat_conv_feed(struct stat_conv *c, const struct stat_frame *f)
{
	struct stat_talk talks[STAT_TALKS_MAX];
	unsigned count = stat_talks(f, c->type->protocol, talks);

	for (unsigned i = 0; i < count; i++) {
		const struct stat_talk *t = &talks[i];

		if (!c->endpoints) {
			stat_table_talk(&c->table, t, f->since_first, f->frame->wire_len);
			continue;
		}
		stat_table_side(&c->table, &t->from, true, f->frame->wire_len);
		if (t->to.kind != SIDE_NONE)
			stat_table_side(&c->table, &t->to, false, f->frame->wire_len);
	}
}

void stat_conv_bares(struct stat_conv *c, const struct stat_bares *b)
{
	struct stat_ends ends[STAT_BARES_MAX];
	enum side_kind kind;

	/* Who reads has less to do so; whom no thread counts for adds up busy ends at once. */
	bool ends_aside = c->endpoints && c->type->protocol == PROTOCOL_TCP && c->table.aside;

	if (c->table.form == STAT_STREAMS || ends_aside) {
		stat_table_bare_segments(&c->table, b);
		return;
	}
	kind = stat_bare_ends(b, c->type->protocol, ends);
	if (kind == SIDE_NONE)
		return;
	if (c->endpoints)
		stat_table_bare_sides(&c->table, b, kind, ends);
	else
		stat_table_bare_talks(&c->table, b, kind, ends);
}
