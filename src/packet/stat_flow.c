// SPDX-License-Identifier: Apache-2.0
// The flow of packets between hosts, in order. See the header.
#include "packet/stat_flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "packet/value_text.h"

#define EVENTS_FIRST 256u
#define TEXT_FIRST   16384u
#define INFO_MAX     160 /* bytes of Info kept: a ladder shows no more */

void stat_flow_done(struct stat_flow *s)
{
	free(s->events);
	free(s->text);
	s->events = NULL;
	s->text = NULL;
	s->count = s->room = s->text_len = s->text_room = 0;
}

/* Room for need more items of size; both arrays together stay within the budget. */
static bool make_room(struct stat_flow *s, void **items, uint32_t count, uint32_t *room,
		      uint32_t need, size_t size)
{
	uint64_t taken = s->room * sizeof(*s->events) + s->text_room;
	uint64_t more = *room;
	void *bigger;

	if (*room - count >= need)
		return true;
	if (more < need)
		more = size == 1 ? TEXT_FIRST : EVENTS_FIRST;
	if (taken + more * size > s->budget || *room + more > UINT32_MAX / 2)
		return false;
	bigger = realloc(*items, (*room + more) * size);
	if (!bigger)
		return false;
	*items = bigger;
	*room += (uint32_t)more;
	return true;
}

static bool has_layer(const struct dissect *d, uint8_t protocol)
{
	for (unsigned i = 0; i < d->layer_count; i++)
		if (d->layers[i].protocol == protocol && !d->layers[i].depth)
			return true;
	return false;
}

static bool belongs(const struct stat_flow *s, const struct dissect *d)
{
	if (s->network && d->kept.source.kind != ENDPOINT_IP)
		return false;
	switch (s->type) {
	case STAT_FLOW_ANY:
		return d->kept.source.kind != ENDPOINT_NONE;
	case STAT_FLOW_ICMP:
		return has_layer(d, PROTOCOL_ICMP);
	case STAT_FLOW_ICMPV6:
		return has_layer(d, PROTOCOL_ICMPV6);
	case STAT_FLOW_TCP:
		return has_layer(d, PROTOCOL_TCP);
	}
	return false;
}

/* The Info column without the ports it begins with, which stand at the ends of the arrow. */
static const char *info_words(const char *info)
{
	static const char arrow[] = " \u2192 ";
	const char *at = info + strspn(info, "0123456789");

	if (at == info || strncmp(at, arrow, strlen(arrow)))
		return info;
	at += strlen(arrow);
	at += strspn(at, "0123456789");
	return at + (*at == ' ');
}

/* Cut between characters. */
static void add_info(struct buf *out, const char *info)
{
	size_t len = strnlen(info, INFO_MAX + 1);

	if (len > INFO_MAX) {
		len = INFO_MAX;
		while (len && ((unsigned char)info[len] & 0xc0) == 0x80)
			len--;
	}
	buf_add(out, info, len);
}

static bool add_words(struct stat_flow *s, const struct stat_frame *f)
{
	const struct dissect *d = f->dissect;
	struct buf words = {0};
	bool added;

	endpoint_text(&words, &d->kept.source);
	buf_putc(&words, '\0');
	endpoint_text(&words, &d->kept.destination);
	buf_putc(&words, '\0');
	buf_puts(&words, d->protocol);
	buf_putc(&words, '\0');
	add_info(&words, f->info ? info_words(f->info) : "");
	buf_putc(&words, '\0');
	added = !words.failed &&
		make_room(s, (void **)&s->text, s->text_len, &s->text_room, (uint32_t)words.len, 1);
	if (added) {
		memcpy(s->text + s->text_len, words.data, words.len);
		s->text_len += (uint32_t)words.len;
	}
	buf_done(&words);
	return added;
}

void stat_flow_feed(struct stat_flow *s, const struct stat_frame *f)
{
	const struct dissect *d = f->dissect;
	uint32_t from = s->text_len;

	if (!d || !belongs(s, d))
		return;
	if (!make_room(s, (void **)&s->events, s->count, &s->room, 1, sizeof(*s->events)) ||
	    !add_words(s, f)) {
		s->left_out++;
		return;
	}
	s->events[s->count++] = (struct stat_flow_event) {
		.since_first = f->since_first,
		.number = f->frame->id,
		.from = from,
		.source_port = d->kept.source_port,
		.destination_port = d->kept.destination_port,
		.ports = has_layer(d, PROTOCOL_TCP) || has_layer(d, PROTOCOL_UDP) ||
			 has_layer(d, PROTOCOL_SCTP),
	};
}

struct stat_flow_words stat_flow_words(const struct stat_flow *s, const struct stat_flow_event *e)
{
	struct stat_flow_words w = {.from = s->text + e->from};

	w.to = w.from + strlen(w.from) + 1;
	w.protocol = w.to + strlen(w.to) + 1;
	w.info = w.protocol + strlen(w.protocol) + 1;
	return w;
}
