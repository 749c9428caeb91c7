// SPDX-License-Identifier: Apache-2.0
// The short way to the list of a filter that selects few frames: see its header.
#include "command/read_sift.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "command/read_quick.h"
#include "packet/flow_later.h"
#include "packet/plain.h"

#define CHUNK_FIRST 1024u /* frames until the first settling, */
#define CHUNK_MAX   (256u << 10)
#define HELD_MAX    4096u      /* frames, and */
#define HELD_BYTES  (1u << 20) /* bytes, that are held at most */
#define HELD_SHARE  8          /* with more than one frame of eight held, this way is not shorter */
#define FLOWS_BYTES (8u << 20) /* the same with streams of more bytes than these */

struct held {
	struct frame frame;
	size_t at;       /* of its bytes */
	nsec_t previous; /* time of the frame before it */
	bool any;        /* there was one */
};

struct read_sift {
	struct run *run;
	read_show_fn *show;
	struct flow_later *later;
	struct held held[HELD_MAX];
	unsigned held_count;
	struct buf bytes;
	uint64_t frames; /* so far */
	uint64_t shown;  /* held of them */
	uint64_t settle_at;
	uint64_t chunk;
	nsec_t time; /* of the frame before */
	bool done;   /* gave up, or ended */
	struct packet packet;
};

struct read_sift *read_sift_new(struct run *r, read_show_fn *show)
{
	struct read_sift *s;
	struct stat status;

	/* What comes slowly is shown as it comes; with -2 streams keep the first pass's numbers. */
	if (!r->filter || r->options.follow || r->options.two_passes ||
	    fstat(capture_fd(r->capture), &status) || !S_ISREG(status.st_mode))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->run = r;
	s->show = show;
	s->chunk = s->settle_at = CHUNK_FIRST;
	s->later = flow_later_new();
	if (s->later)
		return s;
	free(s);
	return NULL;
}

void read_sift_free(struct read_sift *s)
{
	if (!s)
		return;
	flow_later_free(s->later);
	buf_done(&s->bytes);
	free(s);
}

/* The facts are as they were when the frame came. */
static void show_held(struct read_sift *s, struct held *held)
{
	struct run *r = s->run;

	held->frame.bytes = (const uint8_t *)buf_text(&s->bytes) + held->at;
	flow_later_feed(s->later, r->flows, held->frame.id);
	if (held->any)
		read_facts_pass(&r->facts, &(struct frame) {.time = held->previous});
	read_quick_show(r, &held->frame, 1, s->show);
}

static void settle(struct read_sift *s)
{
	flow_later_settle(s->later, s->run->flows);
	for (unsigned i = 0; i < s->held_count && !s->run->stopped; i++)
		show_held(s, &s->held[i]);
	flow_later_feed(s->later, s->run->flows, UINT64_MAX);
	s->held_count = 0;
	buf_clear(&s->bytes);
}

static void give_up(struct read_sift *s)
{
	settle(s);
	flow_later_all(s->later, s->run->flows);
	if (s->frames)
		read_facts_pass(&s->run->facts, &(struct frame) {.time = s->time});
	s->done = true;
}

/* True when it goes on like this. */
static bool settle_chunk(struct read_sift *s)
{
	struct flow_counts counts;

	settle(s);
	if (s->frames >= s->settle_at) {
		s->chunk = s->chunk < CHUNK_MAX ? s->chunk * 2 : CHUNK_MAX;
		s->settle_at += s->chunk;
	}
	flow_counts(s->run->flows, &counts);
	return s->shown <= s->frames / HELD_SHARE && counts.bytes <= FLOWS_BYTES;
}

/* False when there is no memory. */
static bool hold(struct read_sift *s, const struct frame *frame)
{
	const struct packet *p = &s->packet;
	struct held *held = &s->held[s->held_count];

	*held = (struct held) {
		.frame = *frame, .at = s->bytes.len, .previous = s->time, .any = s->frames != 0};
	/* Its options stay behind: this list shows nothing of them. */
	held->frame.options_len = 0;
	held->frame.commented = false;
	buf_add(&s->bytes, frame->bytes, frame->captured_len);
	if (s->bytes.failed)
		return false;
	s->held_count++;
	s->shown++;
	if (p->has_quote && p->quote.transport == TRANSPORT_TCP)
		flow_later_want(s->later, &p->quote);
	if (p->network != NETWORK_ARP && p->ip.transport == TRANSPORT_TCP)
		flow_later_want(s->later, &p->ip);
	return true;
}

/* Keeps a segment for its stream, if a frame of that may ever be shown. */
static bool keep_segment(struct read_sift *s, const struct ip_packet *ip, const struct frame *frame,
			 bool quoted)
{
	return !dfilter_may_match_ports(s->run->filter, ip->tcp.source_port,
					ip->tcp.destination_port) ||
	       flow_later_add(s->later, ip, frame, quoted);
}

/* A frame that does not match: kept for its stream, if need be. False: it must be held. */
static bool keep(struct read_sift *s, const struct frame *frame)
{
	const struct packet *p = &s->packet;

	switch (plain_kind(frame, p)) {
	case PLAIN_NOT:
	case PLAIN_BARE:
		return false;
	case PLAIN_TCP:
		return keep_segment(s, &p->ip, frame, false);
	case PLAIN_UDP:
		return true;
	case PLAIN_ICMP:
		return p->quote.transport != TRANSPORT_TCP ||
		       keep_segment(s, &p->quote, frame, true);
	}
	return false;
}

/* A bare segment that neither matches nor has a stream that anyone will ask for. */
static bool is_nothing(const struct run *r, const struct frame *frame)
{
	struct bare bare;

	return bare_read(frame, &bare) &&
	       !dfilter_may_match_ports(r->filter, bare.source_port, bare.destination_port);
}

/* False when it must be kept or held and cannot. */
static bool take_whole(struct read_sift *s, const struct frame *frame)
{
	struct run *r = s->run;
	enum dfilter_answer answer;

	packet_decode(frame, &s->packet);
	answer = dfilter_core(r->filter, frame, &s->packet, &r->dissector->dispatch);
	if (answer == DFILTER_UNSURE)
		return false;
	return (answer == DFILTER_NO && keep(s, frame)) || hold(s, frame);
}

/* False when this frame, and all after it, are not for this way. */
static bool take(struct read_sift *s, const struct frame *frame)
{
	struct run *r = s->run;

	if (!is_nothing(r, frame) && !take_whole(s, frame))
		return false;
	if (!s->frames && !s->held_count)
		read_facts_pass(&r->facts, frame);
	s->time = frame->time;
	s->frames++;
	return true;
}

unsigned read_sift_take(struct read_sift *s, const struct frame *frames, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (s->done || s->run->stopped)
			return i;
		if (!take(s, &frames[i])) {
			give_up(s);
			return i;
		}
		if ((s->frames >= s->settle_at || s->held_count == HELD_MAX ||
		     s->bytes.len >= HELD_BYTES) &&
		    !settle_chunk(s))
			give_up(s);
	}
	return count;
}

void read_sift_end(struct read_sift *s)
{
	if (!s->done)
		settle(s);
	s->done = true;
}
