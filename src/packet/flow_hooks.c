// SPDX-License-Identifier: Apache-2.0
// Feeds the flow tables from dissectors and from decoded headers.
#include <string.h>

#include "packet/announcements.h"
#include "packet/arp_seen.h"
#include "packet/flow.h"
#include "packet/memo.h"
#include "packet/pair.h"
#include "packet/reassembly.h"
#include "packet/stream.h"
#include "proto/tcp.h"

/* What the options of a segment say to the flow tables. */
static void read_option(struct flow_segment *s, struct tcp_option *o)
{
	if (o->malformed || !o->fits)
		return;
	switch (o->kind) {
	case TCP_OPTION_WSCALE:
		s->wscale = cursor_u8(&o->value);
		break;
	case TCP_OPTION_SACK:
		while (cursor_left(&o->value) >= 8 && s->sack_count < FLOW_SACKS_MAX) {
			struct flow_range *range = &s->sacks[s->sack_count];

			range->left = cursor_be32(&o->value);
			range->right = cursor_be32(&o->value);
			if (!cursor_ok(&o->value))
				return;
			s->sack_count++;
		}
		break;
	default: /* nothing for us */
		break;
	}
}

void flow_segment_set(struct flow_segment *s, const struct addr *source,
		      const struct addr *destination, const struct tcp_hdr *h, uint32_t data_len,
		      const uint8_t *frame_bytes, uint32_t captured_len)
{
	struct cursor options;
	struct tcp_option o;

	s->source = source;
	s->destination = destination;
	s->source_port = h->source_port;
	s->destination_port = h->destination_port;
	s->seq = h->seq;
	s->ack = h->ack;
	s->flags = h->flags;
	s->window = h->window;
	s->data_len = data_len;
	s->wscale = FLOW_NO_WSCALE;
	s->sack_count = 0;
	if (!h->options_len)
		return;
	options = tcp_options(h, frame_bytes, captured_len);
	while (tcp_option_next(&options, &o))
		read_option(s, &o);
}

static void tcp_hook(struct flows *f, const struct dissect *d, const struct tcp_hdr *h,
		     uint32_t data_len, struct tcp_view *ret_view)
{
	const struct dissect_source *source = &d->sources[d->layers[d->layer].source];
	struct flow_segment s;

	flow_segment_set(&s, &d->kept.ip_source, &d->kept.ip_destination, h, data_len,
			 source->bytes, source->len);
	s.quoted = d->depth > 0;
	s.frame = (uint32_t)d->frame->number;
	s.time = d->frame->time;
	flow_tcp(f, &s, ret_view);
}

static void udp_hook(struct flows *f, const struct dissect *d, struct udp_view *ret_view)
{
	const struct flow_datagram s = {
		.source = &d->kept.ip_source,
		.destination = &d->kept.ip_destination,
		.source_port = d->kept.source_port,
		.destination_port = d->kept.destination_port,
		.quoted = d->depth > 0,
		.empty = d->kept.empty,
		.time = d->frame->time,
	};

	flow_udp(f, &s, ret_view);
}

static void pair_hook(struct flows *f, const struct dissect *d, const struct pair_query *query,
		      struct pair_view *ret_view)
{
	const struct pair_message m = {
		.query = *query,
		.source = &d->kept.ip_source,
		.destination = &d->kept.ip_destination,
		.source_port = query->ports ? d->kept.source_port : 0,
		.destination_port = query->ports ? d->kept.destination_port : 0,
		.frame = (uint32_t)d->frame->number,
		.time = d->frame->time,
	};

	pairs_ask(flows_pairs(f), &m, ret_view);
}

static void memo_hook(struct flows *f, const struct dissect *d, struct memo_view *ret_view)
{
	/* Streams of TCP and of UDP are numbered apart. */
	uint32_t stream = d->kept.stream | (d->kept.datagram ? UINT32_C(1) << 31 : 0);

	memos_ask(flows_memos(f), stream, d->layers[d->layer].protocol, ret_view);
}

static bool arp_hook(struct flows *f, const struct arp_claim *claim, struct arp_claim *ret_earlier)
{
	return arp_seen_ask(flows_arp_seen(f), claim, ret_earlier);
}

static void announce_hook(struct flows *f, const struct announcement *announcement)
{
	announcements_add(flows_announcements(f), announcement);
}

static struct announced *announced_hook(struct flows *f, const struct dissect *d, uint8_t transport)
{
	const struct announcement_query query = {
		.transport = transport,
		.source = &d->kept.ip_source,
		.destination = &d->kept.ip_destination,
		.source_port = d->kept.source_port,
		.destination_port = d->kept.destination_port,
	};

	return announcements_find(flows_announcements(f), &query);
}

const struct dissect_hooks flow_hooks = {
	.tcp = tcp_hook,
	.udp = udp_hook,
	.pair = pair_hook,
	.memo = memo_hook,
	.arp = arp_hook,
	.announce = announce_hook,
	.announced = announced_hook,
	.fragment = reassembly_fragment,
	.segment = streams_segment,
	.more = streams_more,
};
