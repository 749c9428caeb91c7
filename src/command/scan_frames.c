// SPDX-License-Identifier: Apache-2.0
// Every captured frame passes here, in time order: ledger, engine, record and trace line.
#include "command/scan_session.h"

#include <string.h>

#include "evidence/comment.h"
#include "evidence/rule.h"
#include "evidence/timing.h"
#include "net/clock.h"
#include "packet/decode.h"
#include "report/trace.h"

/* The ports of a TCP segment or a UDP datagram; false for anything else. */
static bool ports_of(const struct packet *p, uint16_t *ret_from, uint16_t *ret_to)
{
	bool tcp = p->ip.transport == TRANSPORT_TCP;

	if (p->network == NETWORK_NONE || p->network == NETWORK_ARP ||
	    (!tcp && p->ip.transport != TRANSPORT_UDP))
		return false;
	*ret_from = tcp ? p->ip.tcp.source_port : p->ip.udp.source_port;
	*ret_to = tcp ? p->ip.tcp.destination_port : p->ip.udp.destination_port;
	return true;
}

/* True for a packet of our own resolver's sockets. */
static bool is_our_dns(const struct scan_session *s, const struct packet *p, bool *ret_sent)
{
	bool tcp = p->ip.transport == TRANSPORT_TCP;
	uint16_t from, to;

	if (!ports_of(p, &from, &to))
		return false;
	*ret_sent = names_is_own_port(s->names, tcp, from);
	return *ret_sent || names_is_own_port(s->names, tcp, to);
}

/* True for a segment or datagram from or to one of the scan's own source ports. */
static bool on_scan_port(const struct scan_session *s, const struct packet *p)
{
	uint16_t from, to;

	if (!ports_of(p, &from, &to))
		return false;
	return (uint16_t)(from - s->local_port) < ENGINE_LOCAL_PORTS ||
	       (uint16_t)(to - s->local_port) < ENGINE_LOCAL_PORTS;
}

/* Why a frame is kept. */
enum share {
	SHARE_SCAN, /* the ledger says what it meant */
	SHARE_QUESTION,
	SHARE_ANSWER, /* of our own name look-ups */
	SHARE_STRAY,  /* on a port of the scan, but of no target */
	SHARE_NONE,   /* it is somebody else's, and not kept */
};

static enum share share_of(const struct scan_session *s, const struct packet *p,
			   const struct note *note)
{
	bool sent;

	if ((note->kind == NOTE_UNRELATED || note->kind == NOTE_TRAFFIC) && is_our_dns(s, p, &sent))
		return sent ? SHARE_QUESTION : SHARE_ANSWER;
	if (note->kind != NOTE_UNRELATED)
		return SHARE_SCAN;
	return on_scan_port(s, p) ? SHARE_STRAY : SHARE_NONE;
}

/* Which way a frame went, where the kernel could not say: on loopback it is both. */
static enum frame_direction direction_of(const struct note *note)
{
	switch (note->kind) {
	case NOTE_PROBE:
	case NOTE_OWN_RESET:
		return FRAME_SENT;
	case NOTE_REPLY:
	case NOTE_UNPROVEN:
	case NOTE_UNRELATED:
	case NOTE_NEIGHBOUR:
	case NOTE_TRAFFIC:
		break;
	}
	return FRAME_RECEIVED;
}

static void announce(struct scan_session *s, const struct note *note)
{
	const struct reply *r;
	const struct rule *rule;
	const struct probe *p;
	char text[ADDR_TEXT_MAX];

	if (!s->options->verbose || note->kind != NOTE_REPLY || note->repeated)
		return;
	r = ledger_reply(s->ledger, note->reply);
	p = ledger_probe(s->ledger, note->probe);
	rule = rule_for(p->kind, r, false);
	if (!rule || rule->state != PORT_OPEN || p->local_port == s->local_port || /* a ping */
	    timing_is(s->ledger, note->probe))
		return;
	buf_printf(&s->out, "Discovered open port %u/%s on %s\n", p->port,
		   probe_kind_protocol(p->kind),
		   addr_text(&ledger_host(s->ledger, p->host)->addr, text));
}

static void record(struct scan_session *s, const struct frame *frame, enum share share,
		   const struct note *note)
{
	static const char *const comments[] = {
		[SHARE_QUESTION] = "sonde: name look-up, question",
		[SHARE_ANSWER] = "sonde: name look-up, answer",
		[SHARE_STRAY] = "sonde: no proof: uses a port of this scan, but its address was "
				"not probed",
	};

	buf_clear(&s->comment);
	if (share == SHARE_SCAN)
		comment_write(&s->comment, s->ledger, note);
	else
		buf_puts(&s->comment, comments[share]);
	record_frame(s->record, frame, buf_text(&s->comment), &s->devices);
}

static void on_frame(void *user, const struct frame *from_ring)
{
	struct scan_session *s = user;
	struct frame frame = *from_ring;
	struct packet packet;
	struct note note;
	enum share share;

	frame.id = s->frames + 1;
	if (ledger_frame(s->ledger, &frame, &note, &packet))
		s->failed = true;
	share = share_of(s, &packet, &note);
	if (share == SHARE_NONE)
		return;
	s->frames++;
	if (frame.direction == FRAME_UNKNOWN)
		frame.direction = share == SHARE_QUESTION ? FRAME_SENT
				  : share == SHARE_ANSWER ? FRAME_RECEIVED
							  : direction_of(&note);
	s->frames_seen += note.kind == NOTE_PROBE &&
			  session_alone_sends(ledger_probe(s->ledger, note.probe)->kind);
	if (frame.direction == FRAME_RECEIVED) {
		s->frames_received++;
		s->bytes_received += frame.wire_len;
	}
	if (s->record)
		record(s, &frame, share, &note);
	if (s->options->packet_trace)
		trace_line(&s->out, &frame, frame.direction == FRAME_SENT, frame.time - s->started);
	announce(s, &note);
	if (s->engine && note.kind != NOTE_UNRELATED)
		engine_note(s->engine, &note, clock_now());
}

void session_read_frames(struct scan_session *s, bool all)
{
	if (all)
		ring_flush(s->ring, on_frame, s);
	else
		s->ring_timer.due = ring_read(s->ring, on_frame, s);
	session_flush_out(s);
}
