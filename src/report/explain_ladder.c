// SPDX-License-Identifier: Apache-2.0
// The exchange with one port as a ladder: scanner left, host right, an arrow a frame.
#include "report/explain_ladder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/exchange.h"
#include "evidence/phrase.h"
#include "evidence/verdict.h"
#include "report/page.h"

#define STEPS_MAX    100 /* frames drawn; more are counted */
#define LABEL_MAX    24
#define FRAME_WIDTH  7
#define TIME_WIDTH   12
#define LANE_WIDTH   26 /* between the two rails */
#define NOTE_AT      (FRAME_WIDTH + TIME_WIDTH + LANE_WIDTH + 5)
#define NAME_MAX_LEN 50 /* a longer name of a host is left out */

/* One rung. */
struct step {
	uint64_t frame;
	nsec_t time;
	bool sent;
	bool known;               /* what follows is set: the ledger has it */
	enum probe_kind by;       /* the kind of probe it belongs to */
	struct exchange_frame of; /* known */
	uint8_t tcp_flags;        /* else: what it says of itself */
	uint32_t data_len;
	char label[LABEL_MAX];
};

/* A kind of probe that the port met. */
struct way {
	bool probed; /* verdict is set */
	struct port_verdict verdict;
	struct exchange exchange;
};

struct ladder {
	struct ladder_port port;
	struct addr scanner, host;
	struct way ways[PROBE_KINDS];
	size_t next[PROBE_KINDS]; /* the first frame of each way that did not come yet */
	size_t count;
	uint64_t left_out;
	struct step steps[STEPS_MAX];
};

struct ladder *ladder_new(const struct ladder_port *port)
{
	const struct ledger *l = port->ledger;
	struct ladder *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->port = *port;
	r->scanner = ledger_host(l, port->host)->source;
	r->host = ledger_host(l, port->host)->addr;
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		struct way *w = &r->ways[kind];
		const char *protocol = probe_kind_protocol(kind);

		if (!protocol || strcmp(protocol, port->protocol) != 0)
			continue;
		w->probed = !verdict_by(l, port->host, kind, port->port, &w->verdict);
		exchange_gather(l, &(struct exchange_port) {port->host, kind, port->port},
				w->probed ? w->verdict.reply : EVENT_NONE, &w->exchange);
	}
	return r;
}

void ladder_free(struct ladder *r)
{
	free(r);
}

/* The frame's place in an exchange, or NULL; fills *ret_kind. */
static const struct exchange_frame *find(struct ladder *r, uint64_t frame,
					 enum probe_kind *ret_kind)
{
	const struct exchange_frame *found = NULL;

	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		const struct exchange *e = &r->ways[kind].exchange;

		while (r->next[kind] < e->count && e->frames[r->next[kind]].frame < frame)
			r->next[kind]++;
		if (found || r->next[kind] == e->count || e->frames[r->next[kind]].frame != frame)
			continue;
		found = &e->frames[r->next[kind]];
		*ret_kind = kind;
	}
	return found;
}

/* True for a try for timing that is not shown, and for what came of it. */
static bool is_left_out(const struct ladder *r, const struct packet *packet, bool sent)
{
	const struct tcp_hdr *tcp = &packet->ip.tcp;

	if (packet->ip.transport != TRANSPORT_TCP)
		return false;
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		if (r->ways[kind].probed &&
		    exchange_left_out(&r->ways[kind].exchange,
				      sent ? tcp->source_port : tcp->destination_port))
			return true;
	}
	return false;
}

/* True when an IP packet runs between scanner and port, and is shown. */
static bool is_between(const struct ladder *r, const struct packet *packet, bool *ret_sent)
{
	const struct ip_packet *ip = &packet->ip;
	bool sent = addr_equal(&ip->source, &r->scanner) && addr_equal(&ip->destination, &r->host);
	uint16_t port;

	if (!sent &&
	    !(addr_equal(&ip->source, &r->host) && addr_equal(&ip->destination, &r->scanner)))
		return false;
	if (ip->transport == TRANSPORT_TCP && !strcmp(r->port.protocol, "tcp"))
		port = sent ? ip->tcp.destination_port : ip->tcp.source_port;
	else if (ip->transport == TRANSPORT_UDP && !strcmp(r->port.protocol, "udp"))
		port = sent ? ip->udp.destination_port : ip->udp.source_port;
	else
		return false;
	*ret_sent = sent;
	return port == r->port.port && !is_left_out(r, packet, sent);
}

static void label_tcp(const struct ip_packet *ip, char *out)
{
	static const struct {
		unsigned flag;
		const char *name;
	} names[] = {{TCP_SYN, "SYN"}, {TCP_FIN, "FIN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"},
		     {TCP_ACK, "ACK"}, {TCP_URG, "URG"}, {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}};
	size_t len = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((ip->tcp.flags & names[i].flag) && len + 5 < LABEL_MAX)
			len += (size_t)snprintf(out + len, LABEL_MAX - len, "%s%s", len ? " " : "",
						names[i].name);
	}
	if (!len)
		snprintf(out, LABEL_MAX, "no flags");
}

/* SCTP's chunks are told apart by what the ledger made of them. */
static const char *label_sctp(const struct ladder *r, const struct exchange_frame *of)
{
	if (of->kind == NOTE_PROBE)
		return "INIT";
	if (of->kind != NOTE_REPLY)
		return "SCTP";
	return ledger_reply(r->port.ledger, of->reply)->kind == REPLY_INIT_ACK ? "INIT ACK"
									       : "ABORT";
}

/* What the frame says of itself, in a few letters. */
static void label(const struct ladder *r, const struct packet *packet,
		  const struct exchange_frame *of, char out[static LABEL_MAX])
{
	const struct ip_packet *ip = &packet->ip;

	switch (ip->transport) {
	case TRANSPORT_TCP:
		label_tcp(ip, out);
		break;
	case TRANSPORT_UDP:
		snprintf(out, LABEL_MAX, "UDP");
		break;
	case TRANSPORT_ICMP:
		snprintf(out, LABEL_MAX, "ICMP %u/%u", ip->icmp.type, ip->icmp.code);
		break;
	case TRANSPORT_ICMPV6:
		snprintf(out, LABEL_MAX, "ICMPv6 %u/%u", ip->icmpv6.type, ip->icmpv6.code);
		break;
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
	case TRANSPORT_OTHER:
		if (of && ip->protocol == IP_SCTP)
			snprintf(out, LABEL_MAX, "%s", label_sctp(r, of));
		else
			snprintf(out, LABEL_MAX, "IP protocol %u", ip->protocol);
		break;
	}
}

void ladder_frame(struct ladder *r, const struct frame *frame, const struct packet *packet)
{
	struct step step = {.frame = frame->id, .time = frame->time, .by = PROBE_KINDS};
	const struct exchange_frame *of = find(r, frame->id, &step.by);

	if (packet->network != NETWORK_IPV4 && packet->network != NETWORK_IPV6)
		return;
	if (of) {
		step.known = true;
		step.of = *of;
		step.sent = of->kind == NOTE_PROBE || of->kind == NOTE_OWN_RESET;
	} else if (!is_between(r, packet, &step.sent)) {
		return;
	}
	if (r->count == STEPS_MAX) {
		r->left_out++;
		return;
	}
	if (packet->ip.transport == TRANSPORT_TCP)
		step.tcp_flags = (uint8_t)packet->ip.tcp.flags;
	step.data_len = packet->ip.data_len;
	label(r, packet, of, step.label);
	r->steps[r->count++] = step;
}

/* What a probe was, and for how long nothing came. */
static void note_probe(const struct ladder *r, const struct step *s, struct buf *out)
{
	const struct ledger *l = r->port.ledger;
	const struct probe *p = ledger_probe(l, s->of.probe);
	uint32_t next = p->next_try;
	nsec_t end;

	if (s->of.timing && !(p->marks & PROBE_COMPLETED))
		buf_puts(out, "asked again, though answered: timing");
	else if (s->of.timing)
		buf_puts(out, "asked again");
	else if (!s->of.number)
		buf_puts(out, "host discovery");
	else
		buf_printf(out, "try %u of %u", s->of.number, r->ways[s->by].verdict.tries);
	if (p->marks & PROBE_COMPLETED)
		buf_puts(out, ": a connection");
	if (p->first_reply != EVENT_NONE)
		return;
	buf_puts(out, "; no answer");
	if (next != EVENT_NONE) {
		buf_puts(out, " in ");
		phrase_ms(out, ledger_probe(l, next)->time - p->time);
	} else if (ledger_end(l, &end)) {
		buf_puts(out, " in ");
		phrase_ms(out, end - p->time);
		buf_puts(out, ", the end of the capture");
	}
}

static void note_reply(const struct ladder *r, const struct step *s, struct buf *out)
{
	const struct ledger *l = r->port.ledger;
	const struct reply *reply = ledger_reply(l, s->of.reply);
	const struct probe *p = ledger_probe(l, reply->probe);
	const struct port_verdict *v = &r->ways[s->by].verdict;
	const struct rule *rule = rule_for(p->kind, reply, addr_equal(&reply->from, &r->host));
	char from[ADDR_TEXT_MAX];

	buf_puts(out, "after ");
	phrase_ms(out, reply->time - p->time);
	if (!addr_equal(&reply->from, &r->host))
		buf_printf(out, " from %s", addr_text(&reply->from, from));
	if (ledger_is_ping(l, p))
		buf_puts(out, ": the host is up");
	else if (!rule)
		buf_puts(out, ": decides nothing");
	else if (r->ways[s->by].probed && s->of.reply == v->reply)
		buf_printf(out, ": %s (%s)", port_state_name(v->state), rule->reason);
	else if (rule->state == v->state)
		buf_puts(out, ": says the same again");
	else
		buf_printf(out, ": speaks for %s, overruled", port_state_name(rule->state));
}

/* What a frame of a conversation says of itself. */
static void note_other(const struct step *s, struct buf *out)
{
	if (s->data_len) {
		phrase_count(out, s->data_len);
		buf_puts(out, s->data_len == 1 ? " byte of data" : " bytes of data");
	} else if (s->tcp_flags & TCP_RST) {
		buf_puts(out, "breaks the conversation off");
	} else if (s->tcp_flags & TCP_FIN) {
		buf_puts(out, "has nothing more to say");
	} else if ((s->tcp_flags & TCP_SYN) || !s->tcp_flags) {
		buf_puts(out, "decides nothing");
	} else {
		buf_puts(out, "acknowledges what came");
	}
}

static void note(const struct ladder *r, const struct step *s, struct buf *out)
{
	if (!s->known) {
		note_other(s, out);
		return;
	}
	switch (s->of.kind) {
	case NOTE_PROBE:
		note_probe(r, s, out);
		break;
	case NOTE_REPLY:
		note_reply(r, s, out);
		break;
	case NOTE_OWN_RESET:
		buf_puts(out, "the scanner's kernel, which knows of no connection");
		break;
	case NOTE_UNPROVEN:
		buf_puts(out, "does not carry the probe's cookie: proves nothing");
		break;
	case NOTE_UNRELATED:
	case NOTE_NEIGHBOUR:
	case NOTE_TRAFFIC:
		break;
	}
}

/* True when a frame came from somebody between scanner and host. */
static bool is_halfway(const struct ladder *r, const struct step *s)
{
	return s->known && s->of.kind == NOTE_REPLY &&
	       !addr_equal(&ledger_reply(r->port.ledger, s->of.reply)->from, &r->host);
}

static bool is_lost(const struct ladder *r, const struct step *s)
{
	return s->known && s->of.kind == NOTE_PROBE &&
	       ledger_probe(r->port.ledger, s->of.probe)->first_reply == EVENT_NONE;
}

/*
 * "|--- SYN ----------------->|", "|<--- ICMP 3/13 ---*        |", "|--- SYN ---------------- ?|"
 */
static void draw(const struct ladder *r, const struct step *s, struct buf *out)
{
	size_t text = strlen(s->label), begin = out->len, end;

	buf_puts(out, s->sent ? "|--- " : "|<--- ");
	buf_puts(out, s->label);
	buf_putc(out, ' ');
	end = LANE_WIDTH - (s->sent ? 6 : 7) - text;
	if (is_halfway(r, s)) {
		buf_puts(out, "---*");
		buf_pad(out, ' ', begin + LANE_WIDTH + 1 - out->len);
	} else if (!s->sent) {
		buf_pad(out, '-', end + 1);
	} else {
		buf_pad(out, '-', end);
		buf_puts(out, is_lost(r, s) ? "?" : ">");
	}
	buf_putc(out, '|');
}

/* The note beside its arrow, on as many lines as it takes. */
static void write_note(struct buf *out, const char *text)
{
	char lead[PAGE_WIDTH];

	snprintf(lead, sizeof(lead), "%*s|%*s|  ", FRAME_WIDTH + TIME_WIDTH + 1, "", LANE_WIDTH,
		 "");
	page_wrap_beside(out, text, PAGE_WIDTH - NOTE_AT, lead);
}

static void write_step(const struct ladder *r, const struct step *s, struct buf *out)
{
	nsec_t since = s->time - r->port.first_frame;
	uint64_t usec = (uint64_t)(since < 0 ? -since : since) / 1000;
	struct buf text = {0};
	char time[32];

	snprintf(time, sizeof(time), "%s%" PRIu64 ".%06u", since < 0 ? "-" : "", usec / 1000000,
		 (unsigned)(usec % 1000000));
	buf_printf(out, "%*" PRIu64 "%*s ", FRAME_WIDTH, s->frame, TIME_WIDTH, time);
	draw(r, s, out);
	buf_puts(out, "  ");
	note(r, s, &text);
	write_note(out, buf_text(&text));
	out->failed |= text.failed;
	buf_done(&text);
}

/* "22/tcp on scanme.lab (198.51.100.20) is open (syn-ack)." */
static void write_verdict(const struct ladder *r, const struct port_verdict *v, struct buf *out)
{
	struct buf text = {0}, name = {0};
	char addr[ADDR_TEXT_MAX];

	explain_host_name(r->port.explain, r->port.host, &name);
	if (name.len > NAME_MAX_LEN) {
		buf_clear(&name);
		buf_puts(&name, addr_text(&r->host, addr));
	}
	buf_printf(&text, "%u/%s on %s is %s", r->port.port, r->port.protocol, buf_text(&name),
		   port_state_name(v->state));
	if (v->rule)
		buf_printf(&text, " (%s)", v->rule->reason);
	if (probe_kind_is_tcp(v->kind) && v->kind != PROBE_SYN)
		buf_printf(&text, " by %s", probe_kind_scan(v->kind));
	buf_putc(&text, '.');
	page_flush(out, &text, 0, 2);
	out->failed |= name.failed;
	buf_done(&text);
	buf_done(&name);
}

static void write_head(const struct ladder *r, struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		if (r->ways[kind].probed)
			write_verdict(r, &r->ways[kind].verdict, out);
	}
	buf_printf(out, "Left: the scanner, %s.\nRight: the host. Times are in seconds.\n\n",
		   addr_text(&r->scanner, text));
	buf_printf(out, "%*s%*s\n", FRAME_WIDTH, "FRAME", TIME_WIDTH, "TIME");
}

void ladder_write(const struct ladder *r, struct buf *out)
{
	uint64_t left_out = r->left_out, timing = 0;

	for (int kind = 0; kind < PROBE_KINDS; kind++)
		timing += r->ways[kind].exchange.timing_left_out;
	write_head(r, out);
	for (size_t i = 0; i < r->count; i++)
		write_step(r, &r->steps[i], out);
	if (timing) {
		phrase_count(out, timing);
		buf_puts(out, timing == 1 ? " more try for timing is not drawn.\n"
					  : " more tries for timing are not drawn.\n");
	}
	if (!left_out)
		return;
	buf_puts(out, "and ");
	phrase_count(out, left_out);
	buf_puts(out, left_out == 1 ? " more frame\n" : " more frames\n");
}
